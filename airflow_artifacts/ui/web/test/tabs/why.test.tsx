import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { Difference } from "src/api/client";
import { grouped } from "src/components/grouped";
import { Why } from "src/components/Why";
import { decision, taskRun } from "../pictures";
import { expectAccessible, show } from "../render";

const difference = (kind: string, name: string, changed: Partial<Difference> = {}): Difference => ({
  kind,
  name,
  place: null,
  before: null,
  now: null,
  sentence: `${kind} ${name}: changed`,
  lines: [],
  ...changed,
});

describe("grouped", () => {
  it("puts causes that people look for first first, and what it does not know last", () => {
    const found = grouped([
      difference("something new", "x"),
      difference("parameter", "ratio"),
      difference("function", "churn.fit"),
      difference("class", "churn.Model"),
    ]);
    expect(found.map(([title, those]) => [title, those.length])).toEqual([
      ["Code", 2],
      ["Parameters", 1],
      ["Other", 1],
    ]);
  });
});

describe("Why", () => {
  const earlier = taskRun("fit", { run_id: "sunday" });
  const miss = (...differences: Difference[]) =>
    show(<Why decision={decision("miss")} explanation={{ compared: earlier, differences, lines: ["miss: …"] }} />);

  it("shows what changed before and now", () => {
    miss(difference("parameter", "ratio", { before: "0.2", now: "0.3" }));
    expect(screen.getByText("0.2")).toBeDefined();
    expect(screen.getByText("0.3")).toBeDefined();
    expect(screen.getByRole("link", { name: "sunday" }).getAttribute("href")).toBe("/dags/churn/runs/sunday");
  });

  it("shows which side lacks a part", () => {
    miss(difference("input", "extra", { now: "raw@1" }));
    expect(screen.getByText("not there")).toBeDefined();
  });

  it("says in words what may not be shown", () => {
    miss(difference("environment variable", "TOKEN"));
    expect(screen.getByText("changed")).toBeDefined();
  });

  it("shows changed code as lines, which screen readers can tell apart", () => {
    miss(difference("function", "churn.fit", { place: "churn.py:3", lines: ["-    return 1", "+    return 2"] }));
    const lines = screen.getByRole("region", { name: "What changed in churn.fit" });
    expect(lines.textContent).toContain("removed: -    return 1");
    expect(lines.textContent).toContain("added: +    return 2");
  });

  it("takes a hostile name for text", async () => {
    const { container } = miss(difference("function", "<img src=x onerror=alert(1)>", { before: "<b>", now: "</b>" }));
    expect(container.querySelector("img, code b")).toBeNull();
    await expectAccessible(container);
  });

  it("compares a hit with nothing, and leads to what computed it", () => {
    show(
      <Why
        decision={decision("hit", { origin: earlier, seconds: 30 })}
        explanation={{ compared: null, differences: [], lines: [] }}
      />,
    );
    expect(screen.getByText("cached")).toBeDefined();
    expect(screen.queryByText(/compare/)).toBeNull();
  });
});
