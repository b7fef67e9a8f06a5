import { describe, expect, it } from "vitest";

import { layout } from "src/graph/layout";
import type { Link, Vertex } from "src/graph/picture";
import { step } from "src/graph/steps";
import { acrossDags, plain } from "../pictures";

/** DAG runs of twenty vertices in a chain with side ways, each of which reads from an earlier one. */
const large = (count: number) => {
  const vertices: Vertex[] = [];
  const links: Link[] = [];
  const link = (source: string, target: string) => {
    links.push({ id: `${source} ${target}`, source, target, kind: "argument", names: ["x"] });
  };
  for (let run = 0; run < count / 20; run++) {
    const group = { id: `run ${run}`, dag: "dag", run: `${run}` };
    for (let at = 0; at < 20; at++) {
      vertices.push({ kind: "hidden", of: "version", id: `${run}.${at}`, group });
      if (at > 0) {
        link(`${run}.${Math.max(0, at - 1 - (at % 3))}`, `${run}.${at}`);
      }
    }
    if (run > 0) {
      link(`${Math.floor((run - 1) / 3)}.19`, `${run}.0`);
    }
  }
  return { root: null, vertices, links };
};

const overlap = (boxes: readonly { x: number; y: number; width: number; height: number }[]) =>
  boxes.some((one, at) =>
    boxes
      .slice(at + 1)
      .some(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      ),
  );

describe("layout", () => {
  it("goes from left to right", () => {
    const { vertices } = layout(acrossDags);
    const across = acrossDags.vertices.map(({ id }) => vertices.get(id)?.x ?? 0);
    expect(across).toEqual(across.toSorted((one, other) => one - other));
  });

  it("puts each vertex into the box of its DAG run", () => {
    const { runs, vertices } = layout(acrossDags);
    const box = runs.find(({ group }) => group.dag === "models");
    const inside = vertices.get("model id");
    expect(box && inside && inside.x > box.x && inside.x + inside.width < box.x + box.width).toBe(true);
  });

  it("lets nothing overlap", () => {
    const { runs, vertices } = layout(large(200));
    expect(overlap([...vertices.values()])).toBe(false);
    expect(overlap(runs)).toBe(false);
  });

  it("lays out two thousand vertices while somebody waits", () => {
    const begin = performance.now();
    expect(layout(large(2000)).vertices.size).toBe(2000);
    // A second on a quiet machine.
    expect(performance.now() - begin).toBeLessThan(10_000);
  }, 20_000);
});

describe("step", () => {
  const picture = plain("a", "a > b", "a > c", "b > d");
  const drawn = layout(picture);
  const top = (drawn.vertices.get("b")?.y ?? 0) < (drawn.vertices.get("c")?.y ?? 0) ? "b" : "c";
  const bottom = top === "b" ? "c" : "b";

  it("follows a link to the right and to the left", () => {
    expect(step(picture, drawn, "b", "ArrowRight")).toBe("d");
    expect(step(picture, drawn, "d", "ArrowLeft")).toBe("b");
  });

  it("goes up and down among what comes from the same", () => {
    expect(step(picture, drawn, top, "ArrowDown")).toBe(bottom);
    expect(step(picture, drawn, bottom, "ArrowUp")).toBe(top);
  });

  it("stays where nothing lies that way", () => {
    expect(step(picture, drawn, "a", "ArrowLeft")).toBeUndefined();
  });
});
