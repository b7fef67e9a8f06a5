import type { Artifact, TaskRun, Version } from "src/api/client";

export const taskRun = (over: Partial<TaskRun> = {}): TaskRun => ({
  id: "r1",
  dag_id: "churn",
  run_id: "manual__1",
  task_id: "fit",
  map_index: -1,
  try_number: 1,
  state: "success",
  started_at: "2026-11-25T10:00:00Z",
  ended_at: "2026-11-25T10:01:00Z",
  ...over,
});

export const version = (over: Partial<Version> = {}): Version => ({
  id: "v1",
  artifact: "models/churn",
  named: true,
  version: "1",
  kind: "model",
  type: "sklearn.linear_model.LogisticRegression",
  size: 1500,
  save_kind: "task output",
  created_at: "2026-11-25T10:01:00Z",
  effective_at: "2026-11-25T10:01:00Z",
  tags: [],
  aliases: [],
  pinned: false,
  bytes_deleted_at: null,
  output: "output",
  length: null,
  producer: taskRun(),
  ...over,
});

export const artifact = (over: Partial<Artifact> = {}): Artifact => ({
  name: "models/churn",
  named: true,
  versions: 1,
  created_at: "2026-11-25T10:01:00Z",
  tags: [],
  aliases: {},
  latest: version(),
  ...over,
});
