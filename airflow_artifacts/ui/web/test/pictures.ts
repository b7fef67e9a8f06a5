/** Small graphs of lineage for tests. */

import type { Decision, TaskRun, Version } from "src/api/client";
import { hiddenVertex, type Link, type Picture, taskRunVertex, type Vertex, versionVertex } from "src/graph/picture";
import { ordered } from "src/graph/order";

export const taskRun = (task: string, changed: Partial<TaskRun> = {}): TaskRun => ({
  id: `run of ${task}`,
  dag_id: "churn",
  run_id: "monday",
  task_id: task,
  map_index: -1,
  try_number: 1,
  state: "success",
  started_at: "2026-11-25T20:00:00Z",
  ended_at: "2026-11-25T20:01:00Z",
  ...changed,
});

export const version = (artifact: string, producer: TaskRun | null, changed: Partial<Version> = {}): Version => ({
  id: `${artifact} id`,
  artifact,
  named: true,
  version: "1",
  kind: "data",
  type: "pandas.DataFrame",
  size: 1000,
  save_kind: "task output",
  created_at: "2026-11-25T20:01:00Z",
  effective_at: "2026-11-25T20:01:00Z",
  tags: [],
  aliases: [],
  pinned: false,
  bytes_deleted_at: null,
  output: "output",
  length: null,
  producer,
  ...changed,
});

export const decision = (outcome: string, changed: Partial<Decision> = {}): Decision => ({
  outcome,
  reasons: ["there is no earlier result under its key"],
  seconds: null,
  origin: null,
  ...changed,
});

const link = (source: string, target: string, kind: Link["kind"] = "argument"): Link => ({
  id: `${source} > ${target}`,
  source,
  target,
  kind,
  names: ["data"],
});

/** Links that name their ends: `a > b`. */
export const linksOf = (...arrows: readonly string[]): Link[] =>
  arrows.map((arrow) => {
    const [source = "", target = ""] = arrow.split(" > ");
    return link(source, target);
  });

/** Vertices without a group, and links that name their ends. */
export const plain = (root: string | null, ...arrows: readonly string[]): Picture => {
  const links = linksOf(...arrows);
  const ids = new Set(links.flatMap(({ source, target }) => [source, target]));
  const vertices = ordered(
    [...ids].map((id) => hiddenVertex(id, "version")),
    links,
  );
  return { root, vertices, links };
};

const load = taskRun("load");
const fit = taskRun("fit", { dag_id: "models" });

/** `load` of one DAG makes `raw`, which `fit` of another reads to make `model`; `raw` comes from something hidden. */
export const acrossDags: Picture = {
  root: "raw id",
  vertices: [
    hiddenVertex("secret", "version"),
    taskRunVertex(load),
    versionVertex(version("raw", load)),
    taskRunVertex(fit),
    versionVertex(version("model", fit)),
  ] satisfies Vertex[],
  links: [
    link("secret", load.id),
    link(load.id, "raw id", "produced"),
    link("raw id", fit.id),
    link(fit.id, "model id", "produced"),
  ],
};
