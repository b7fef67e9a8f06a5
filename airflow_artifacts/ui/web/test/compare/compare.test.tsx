import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import type { Diff } from "src/api/client";
import { lookOf } from "src/components/DiffLines";
import { byColumn } from "src/pages/compare/columns";
import { ComparePage } from "src/pages/compare/ComparePage";
import { answering } from "test/api";
import { expectAccessible, show } from "test/render";
import { version } from "test/versions";

const column = (name: string, counts: readonly number[]) => ({
  name,
  statistics: { histogram: { counts, edges: [0, 1, 2] } },
  type: "int64",
});

const before = { ...version, id: "v2", version: "2" };

const diff: Diff = {
  before,
  before_columns: [column("a.b", [1, 2])],
  now: version,
  now_columns: [column("a.b", [2, 1])],
  same_value: false,
  sections: [
    {
      changes: [{ before: "a", lines: ["@@ -1 +1 @@", "-<script>a</script>", "+b"], name: "function fit", now: "b" }],
      name: "code",
    },
    { changes: [{ before: 1, lines: [], name: "a.b.min", now: 2 }], name: "statistics" },
    { changes: [{ before: null, lines: [], name: "accuracy", now: 0.9 }], name: "metadata" },
  ],
};

const compared = async (answer: Diff, address = "/compare?before=v2&now=v3") => {
  const { asked } = answering({
    "GET /api/artifact/versions": { next: null, versions: [version] },
    "GET /api/compare": answer,
  });
  const { container } = show(<ComparePage />, address);
  await screen.findByRole("status", { name: "" });
  return { asked, container };
};

describe("the comparison", () => {
  it("shows the value's differences before those of what made it", async () => {
    const { container } = await compared(diff);
    await screen.findByText("The two values differ.");
    const titles = screen.getAllByRole("heading", { level: 2 }).map(({ textContent }) => textContent);
    expect(titles).toEqual(["Before", "Now", "Statistics", "Metadata", "Code"]);
    expect(screen.getAllByRole("img", { name: /^a\.b, (before|now): Histogram/ })).toHaveLength(2);
    expect(screen.getByText("not there")).toBeDefined();
    await expectAccessible(container);
  });

  it("names the columns that came, went or changed their type", async () => {
    const schema = {
      before: [
        ["id", "int64"],
        ["gone", "str"],
        ["age", "int64"],
      ],
      lines: [],
      name: "schema",
      now: [
        ["id", "int64"],
        ["age", "float64"],
        ["new", "bool"],
      ],
    };
    await compared({ ...diff, sections: [{ changes: [schema], name: "schema" }] });
    const rows = within(await screen.findByRole("table", { name: "Changed columns" })).getAllByRole("row");
    expect(rows.slice(1).map((row) => [...row.children].map(({ textContent }) => textContent))).toEqual([
      ["gone", "str", "not there"],
      ["age", "int64", "float64"],
      ["new", "not there", "bool"],
    ]);
  });

  it("tells lines apart by more than colour, and runs none", async () => {
    const { container } = await compared(diff);
    const lines = within(await screen.findByRole("region", { name: "Changes of function fit" }));
    expect(lines.getByText("removed:")).toBeDefined();
    expect(lines.getByText("-<script>a</script>")).toBeDefined();
    expect(container.querySelector("script")).toBeNull();
    expect([lookOf("+b").said, lookOf("@@ -1 +1 @@").said, lookOf(" same").said]).toEqual([
      "added: ",
      undefined,
      undefined,
    ]);
  });

  it("says where nothing differs", async () => {
    await compared({ ...diff, same_value: true, sections: [] });
    expect(
      await screen.findByText("The two values are equal; nothing that is recorded of them differs."),
    ).toBeDefined();
  });

  it("swaps the two, and takes another version", async () => {
    const { asked } = await compared(diff);
    const swap = await screen.findByRole("link", { name: "Swap the two" });
    expect(swap.getAttribute("href")).toBe("/plugin/artifacts/compare?before=v3&now=v2");
    await screen.findAllByRole("option", { name: /^@3 of/ });
    await userEvent.selectOptions(screen.getByLabelText("Version before"), "v3");
    await waitFor(() => {
      expect(asked).toContainEqual({ body: undefined, call: "GET /api/compare", search: "?before=v3&now=v3" });
    });
  });

  it("says what to do where the address names no versions", () => {
    show(<ComparePage />, "/compare");
    expect(screen.getByText("Open a version, and choose there what to compare it with.")).toBeDefined();
  });
});

describe("changes by column", () => {
  it("go to the column with the longest name that fits", () => {
    const change = (name: string) => ({ before: 1, lines: [], name, now: 2 });
    const columns = [column("a", []), column("a.b", [])];
    const { columns: found, others } = byColumn([change("a.b.min"), change("a.max"), change("mean")], columns, []);
    expect(found.map(({ changes, name }) => [name, changes[0]?.name])).toEqual([
      ["a", "max"],
      ["a.b", "min"],
    ]);
    expect(others.map(({ name }) => name)).toEqual(["mean"]);
  });
});
