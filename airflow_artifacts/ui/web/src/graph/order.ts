import type { Link, Vertex } from "src/graph/picture";

interface Ways {
  readonly from: readonly Link[];
  readonly to: readonly Link[];
}

const kept = new WeakMap<readonly Link[], ReadonlyMap<string, Ways>>();

/** What each vertex that has links comes from and leads to, by its id; found once for the same links. */
const waysBy = (links: readonly Link[]): ReadonlyMap<string, Ways> => {
  const known = kept.get(links);
  if (known) {
    return known;
  }
  const found = new Map<string, { from: Link[]; to: Link[] }>();
  const of = (id: string) => {
    const ways = found.get(id) ?? { from: [], to: [] };
    found.set(id, ways);
    return ways;
  };
  for (const link of links) {
    of(link.source).to.push(link);
    of(link.target).from.push(link);
  }
  kept.set(links, found);
  return found;
};

const none: Ways = { from: [], to: [] };

/** The links by which a vertex comes from others and leads to others. */
export const around = (links: readonly Link[], id: string): Ways => waysBy(links).get(id) ?? none;

/** The vertices, each after all that it came from; a circle, which reuse can make, is entered at its first vertex. */
export const ordered = <V extends Pick<Vertex, "id">>(vertices: readonly V[], links: readonly Link[]): V[] => {
  const waiting = new Map(vertices.map((vertex) => [vertex.id, vertex]));
  const missing = new Map(vertices.map(({ id }) => [id, 0]));
  for (const { target } of links) {
    missing.set(target, (missing.get(target) ?? 0) + 1);
  }
  const ready = vertices.filter(({ id }) => missing.get(id) === 0);
  const found: V[] = [];
  for (let vertex = ready.shift(); waiting.size > 0; vertex = ready.shift()) {
    const next = vertex ?? waiting.values().next().value;
    if (next === undefined || !waiting.delete(next.id)) {
      continue;
    }
    found.push(next);
    for (const { target } of around(links, next.id).to) {
      const left = (missing.get(target) ?? 0) - 1;
      missing.set(target, left);
      const follower = waiting.get(target);
      if (left === 0 && follower) {
        ready.push(follower);
      }
    }
  }
  return found;
};
