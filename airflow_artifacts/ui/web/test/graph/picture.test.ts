import { describe, expect, it } from "vitest";

import { pictureOfLineage, pictureOfRun } from "src/graph/fromAnswer";
import { hiddenVertex, linked } from "src/graph/picture";
import { decision, taskRun, version } from "../pictures";

const ab = [hiddenVertex("a", "version"), hiddenVertex("b", "task_run")];

describe("linked", () => {
  it("makes one link of edges between the same two, under all their names", () => {
    const edges = ["left", "right", "left"].map(
      (name) => ({ source: "a", target: "b", kind: "argument", name }) as const,
    );
    expect(linked(edges, ab)).toMatchObject([{ source: "a", target: "b", names: ["left", "right"] }]);
  });

  it("leaves out edges whose end is not there", () => {
    expect(linked([{ source: "a", target: "gone", kind: "argument", name: "x" }], ab)).toEqual([]);
  });
});

describe("pictureOfLineage", () => {
  it("hides what has neither a version nor a task run", () => {
    const picture = pictureOfLineage({
      root: "x",
      nodes: [{ id: "x", kind: "task_run" }],
      edges: [],
      truncated: false,
    });
    expect(picture.vertices).toEqual([{ kind: "hidden", id: "x", of: "task_run", group: null }]);
  });
});

describe("pictureOfRun", () => {
  const earlier = taskRun("load", { id: "earlier", run_id: "sunday" });
  const raw = version("raw", earlier);
  const load = taskRun("load");
  const fit = taskRun("fit");
  const hidden = { name: "secret", kind: "argument", version: null, reference: null };
  const picture = pictureOfRun([
    {
      task_run: load,
      decision: decision("hit"),
      inputs: [hidden, hidden],
      outputs: [{ name: "output", kind: "reused", version: raw, reference: null }],
    },
    {
      task_run: fit,
      decision: null,
      inputs: [{ name: "table", kind: "argument", version: raw, reference: null }],
      outputs: [],
    },
  ]);

  it("shows what the run reused within it, whichever run made that", () => {
    expect(picture.vertices.find(({ id }) => id === raw.id)?.group?.run).toBe("monday");
  });

  it("leads from outputs to the tasks that read them", () => {
    expect(picture.links.map(({ source, target, kind }) => [source, target, kind])).toContainEqual([
      raw.id,
      fit.id,
      "argument",
    ]);
  });

  it("takes no two hidden inputs for the same", () => {
    expect(picture.vertices.filter(({ kind }) => kind === "hidden")).toHaveLength(2);
  });
});
