import type { DecidedRun, Edge, Graph, NamedVersion, Node } from "src/api/client";
import { ordered } from "src/graph/order";
import { hiddenVertex, linked, type Picture, taskRunVertex, type Vertex, versionVertex } from "src/graph/picture";

const vertexOf = ({ id, kind, task_run, version }: Node): Vertex => {
  if (version) {
    return versionVertex(version);
  }
  return task_run ? taskRunVertex(task_run) : hiddenVertex(id, kind);
};

/** The picture of a version's lineage. */
export const pictureOfLineage = (graph: Graph): Picture => {
  const vertices = graph.nodes.map(vertexOf);
  const links = linked(graph.edges, vertices);
  return { root: graph.root, vertices: ordered(vertices, links), links };
};

/** A version under its own id; one that is not theirs to see is another in each place, as nobody says which it is. */
const idOf = (named: NamedVersion, place: string): string => named.version?.id ?? `hidden ${place}`;

/** The picture of a DAG run: what its task runs read and wrote. */
export const pictureOfRun = (runs: readonly DecidedRun[]): Picture => {
  const vertices = new Map<string, Vertex>();
  const edges: Edge[] = [];
  for (const { decision, inputs, outputs, task_run } of runs) {
    const own = taskRunVertex(task_run, decision);
    vertices.set(task_run.id, own);
    const touch = (named: NamedVersion, place: string, input: boolean) => {
      const id = idOf(named, `${task_run.id} ${place}`);
      const vertex = named.version ? versionVertex(named.version) : hiddenVertex(id, "version");
      // What this run returned stands in it, whichever run made it.
      vertices.set(id, input ? (vertices.get(id) ?? vertex) : { ...vertex, group: own.group });
      const kind = named.kind as Edge["kind"];
      edges.push({
        source: input ? id : task_run.id,
        target: input ? task_run.id : id,
        name: named.name,
        kind,
      });
    };
    inputs.forEach((named, place) => {
      touch(named, `input ${place}`, true);
    });
    outputs.forEach((named, place) => {
      touch(named, `output ${place}`, false);
    });
  }
  const all = [...vertices.values()];
  const links = linked(edges, all);
  return { root: null, vertices: ordered(all, links), links };
};
