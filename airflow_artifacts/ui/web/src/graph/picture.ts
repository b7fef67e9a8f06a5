/** What a graph of lineage is drawn from: vertices in topological order, and the links between them. */

import type { Decision, Edge, TaskRun, Version } from "src/api/client";

/** The DAG run that made a version or to which a task run belongs. */
export interface Group {
  readonly id: string;
  readonly dag: string;
  readonly run: string;
}

interface Grouped {
  readonly id: string;
  /** Nothing for what no task run made, and for what this user may not see. */
  readonly group: Group | null;
}

interface VersionVertex extends Grouped {
  readonly kind: "version";
  readonly version: Version;
}

interface TaskRunVertex extends Grouped {
  readonly kind: "task_run";
  readonly run: TaskRun;
  readonly decision: Decision | null;
}

/** Something that this user may not see. */
interface HiddenVertex extends Grouped {
  readonly kind: "hidden";
  readonly of: "version" | "task_run";
}

/** All that one DAG did, drawn as one. */
export interface DagVertex extends Grouped {
  readonly kind: "dag";
  readonly dag: string;
  readonly runs: number;
  readonly taskRuns: number;
  readonly versions: number;
}

export type Vertex = DagVertex | HiddenVertex | TaskRunVertex | VersionVertex;

/** An arrow in the direction in which data flows; of several edges between the same two, one. */
export interface Link {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly kind: Edge["kind"];
  /** The parameters or outputs. */
  readonly names: readonly string[];
}

export interface Picture {
  /** The vertex that was asked about; nothing where a whole DAG run is shown. */
  readonly root: string | null;
  readonly vertices: readonly Vertex[];
  readonly links: readonly Link[];
}

const groupOf = (run: Pick<TaskRun, "dag_id" | "run_id"> | null | undefined): Group | null =>
  run ? { id: JSON.stringify([run.dag_id, run.run_id]), dag: run.dag_id, run: run.run_id } : null;

export const versionVertex = (version: Version): VersionVertex => ({
  kind: "version",
  id: version.id,
  version,
  group: groupOf(version.producer),
});

export const taskRunVertex = (run: TaskRun, decision: Decision | null = null): TaskRunVertex => ({
  kind: "task_run",
  id: run.id,
  run,
  decision,
  group: groupOf(run),
});

export const hiddenVertex = (id: string, of: HiddenVertex["of"]): HiddenVertex => ({
  kind: "hidden",
  id,
  of,
  group: null,
});

/** Edges as links: those between the same two of the same kind become one, loops and loose ends none. */
export const linked = (edges: readonly Edge[], vertices: readonly Vertex[]): Link[] => {
  const known = new Set(vertices.map(({ id }) => id));
  const links = new Map<string, Link>();
  for (const { source, target, kind, name } of edges) {
    if (source === target || !known.has(source) || !known.has(target)) {
      continue;
    }
    const id = JSON.stringify([source, target, kind]);
    const names = links.get(id)?.names ?? [];
    links.set(id, { id, source, target, kind, names: names.includes(name) ? names : [...names, name] });
  }
  return [...links.values()];
};
