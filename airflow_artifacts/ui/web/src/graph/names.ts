import type { TaskRun } from "src/api/client";
import { counted } from "src/components/counted";
import { taskRunName } from "src/components/Go";
import type { Link, Vertex } from "src/graph/picture";

/** What kind of thing it is, in words, as shape and icon are not for everyone. */
export const kindOf = (vertex: Vertex): string =>
  ({ version: "Version", task_run: "Task run", hidden: "Hidden", dag: "DAG" })[vertex.kind];

/** The artifact of an unnamed output without its DAG, where that stands beside it. */
const shortArtifact = (artifact: string, dag: string | undefined): string =>
  dag !== undefined && artifact.startsWith(`${dag}::`) ? artifact.slice(dag.length + 2) : artifact;

/** A task run's name within its DAG run: `fit[3]`. */
export const shortTaskName = ({ map_index, task_id }: Pick<TaskRun, "map_index" | "task_id">): string =>
  `${task_id}${map_index >= 0 ? `[${map_index}]` : ""}`;

/** How a vertex is labelled within its group. */
export const shortName = (vertex: Vertex): string => {
  switch (vertex.kind) {
    case "version":
      return `${shortArtifact(vertex.version.artifact, vertex.group?.dag)}@${vertex.version.version}`;
    case "task_run":
      return shortTaskName(vertex.run);
    case "hidden":
      return "Not yours to see";
    case "dag":
      return vertex.dag;
  }
};

/** How a vertex is named where nothing stands around it. */
export const fullName = (vertex: Vertex): string => {
  switch (vertex.kind) {
    case "version":
      return `${vertex.version.artifact}@${vertex.version.version}`;
    case "task_run":
      return taskRunName(vertex.run);
    default:
      return shortName(vertex);
  }
};

/** The second line of a vertex. */
export const subtitle = (vertex: Vertex): string => {
  switch (vertex.kind) {
    case "version":
      return vertex.version.type.split(".").at(-1) ?? "";
    case "task_run": {
      const outcome = vertex.decision?.outcome;
      const said = outcome === undefined ? [] : [outcome === "hit" ? "cached" : outcome];
      return [vertex.run.state, ...said].join(" · ");
    }
    case "hidden":
      return vertex.of === "version" ? "a version" : "a task run";
    case "dag":
      return [
        counted(vertex.runs, "run"),
        counted(vertex.taskRuns, "task run"),
        counted(vertex.versions, "version"),
      ].join(" · ");
  }
};

const verbs: Record<Link["kind"], string> = {
  argument: "read as",
  read: "read by its function as",
  produced: "made as",
  reused: "reused as",
  copy: "copied",
};

/** What a link stands for, in words. */
export const linkName = ({ kind, names }: Pick<Link, "kind" | "names">): string =>
  kind === "copy" ? verbs.copy : `${verbs[kind]} ${names.join(", ")}`;

/** What screen readers say of a vertex beside its label: what it is, and where. */
export const spoken = (vertex: Vertex): string =>
  `${kindOf(vertex)}${vertex.group ? ` in run ${vertex.group.run} of ${vertex.group.dag}` : ""}`;
