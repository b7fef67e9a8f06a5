import { ordered } from "src/graph/order";
import type { DagVertex, Link, Picture, Vertex } from "src/graph/picture";

const dagId = (dag: string): string => `dag ${dag}`;

const dagVertex = (dag: string, members: readonly Vertex[]): DagVertex => ({
  kind: "dag",
  id: dagId(dag),
  dag,
  group: null,
  runs: new Set(members.map(({ group }) => group?.id)).size,
  taskRuns: members.filter(({ kind }) => kind === "task_run").length,
  versions: members.filter(({ kind }) => kind === "version").length,
});

/** Gives links other ends; those that become one are one, those within one vertex none. */
const redirected = (links: readonly Link[], end: (id: string) => string): Link[] => {
  const found = new Map<string, Link>();
  for (const link of links) {
    const [source, target] = [end(link.source), end(link.target)];
    if (source !== target) {
      const id = JSON.stringify([source, target, link.kind]);
      const names = new Set([...(found.get(id)?.names ?? []), ...link.names]);
      found.set(id, { ...link, id, source, target, names: [...names] });
    }
  }
  return [...found.values()];
};

/** The DAGs that a picture shows or has collapsed, by name. */
export const dagsOf = ({ vertices }: Picture): string[] =>
  [...new Set(vertices.flatMap((vertex) => vertex.group?.dag ?? []))].sort();

/** The picture with each of some DAGs as one vertex, and where a vertex went that it no longer has. */
export const collapse = (picture: Picture, dags: ReadonlySet<string>): Picture => {
  const gone = new Map<string, string>();
  const members = new Map<string, Vertex[]>();
  for (const vertex of picture.vertices) {
    const dag = vertex.group?.dag;
    if (dag !== undefined && dags.has(dag)) {
      gone.set(vertex.id, dagId(dag));
      members.set(dag, [...(members.get(dag) ?? []), vertex]);
    }
  }
  if (gone.size === 0) {
    return picture;
  }
  const end = (id: string) => gone.get(id) ?? id;
  const collapsed = [...members].map(([dag, those]) => dagVertex(dag, those));
  const vertices = [...collapsed, ...picture.vertices.filter(({ id }) => !gone.has(id))];
  const links = redirected(picture.links, end);
  return {
    root: picture.root === null ? null : end(picture.root),
    vertices: ordered(vertices, links),
    links,
  };
};

/** The DAGs but the root's, if there is more than a screen can show at once; else none. */
export const crowded = (picture: Picture, most: number): ReadonlySet<string> => {
  if (picture.vertices.length <= most) {
    return new Set();
  }
  const own = picture.vertices.find(({ id }) => id === picture.root)?.group?.dag;
  return new Set(dagsOf(picture).filter((dag) => dag !== own));
};
