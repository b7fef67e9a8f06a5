/** Where everything stands, left to right: first within each DAG run, then the DAG runs among each other. */

import { graphlib, layout as arrange } from "@dagrejs/dagre";

import type { Group, Link, Picture } from "src/graph/picture";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface RunBox extends Box {
  readonly group: Group;
}

export interface Layout {
  readonly vertices: ReadonlyMap<string, Box>;
  readonly runs: readonly RunBox[];
}

export const vertexSize = { width: 208, height: 56 };

// What a whole DAG counts takes more room than a name.
const dagSize = { ...vertexSize, width: 304 };

const padding = 20;
const title = 32;

interface Sized {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

type Ends = Pick<Link, "source" | "target">;

/** Dagre's answer as boxes whose corner is the top left one, and the size of all. */
const arranged = (nodes: readonly Sized[], links: readonly Ends[]) => {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 20, ranksep: 88, marginx: padding, marginy: padding });
  for (const { id, width, height } of nodes) {
    graph.setNode(id, { width, height });
  }
  for (const { source, target } of links) {
    graph.setEdge(source, target, {});
  }
  arrange(graph);
  const boxes = new Map<string, Box>();
  for (const { id, width, height } of nodes) {
    const { x, y } = graph.node(id) as { x: number; y: number };
    boxes.set(id, { x: x - width / 2, y: y - height / 2, width, height });
  }
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { boxes, width, height };
};

const by = <T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const those = found.get(key(one)) ?? [];
    those.push(one);
    found.set(key(one), those);
  }
  return found;
};

/**
 * Dagre knows groups too, but takes minutes where this takes a second. What a later run reused stands with the run that
 * made it: such links lead back, and decide nothing.
 */
export const layout = ({ vertices, links }: Picture): Layout => {
  const placeOf = new Map(vertices.map(({ id, group }) => [id, group?.id ?? id]));
  const place = (id: string) => placeOf.get(id) ?? id;
  const dags = new Set(vertices.filter(({ kind }) => kind === "dag").map(({ id }) => id));
  const groups = by(
    vertices.filter(({ group }) => group),
    ({ id }) => place(id),
  );
  const within = by(
    links.filter(({ source, target }) => place(source) === place(target)),
    ({ source }) => place(source),
  );
  const inner = new Map(
    [...groups].map(([id, members]) => [
      id,
      arranged(
        members.map((vertex) => ({ id: vertex.id, ...vertexSize })),
        within.get(id) ?? [],
      ),
    ]),
  );
  const outer = arranged(
    [...new Set(placeOf.values())].map((id) => {
      const group = inner.get(id);
      const single = dags.has(id) ? dagSize : vertexSize;
      return group ? { id, width: group.width, height: group.height + title } : { id, ...single };
    }),
    links
      .filter(({ kind }) => kind !== "reused")
      .map(({ source, target }) => ({ source: place(source), target: place(target) }))
      .filter(({ source, target }) => source !== target),
  );
  const placed = new Map<string, Box>();
  const runs: RunBox[] = [];
  for (const [id, box] of outer.boxes) {
    const group = groups.get(id)?.[0]?.group;
    if (!group) {
      placed.set(id, box);
      continue;
    }
    runs.push({ group, ...box });
    for (const [vertex, own] of inner.get(id)?.boxes ?? []) {
      placed.set(vertex, { ...own, x: box.x + own.x, y: box.y + title + own.y });
    }
  }
  return { vertices: placed, runs };
};
