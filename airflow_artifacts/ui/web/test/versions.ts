/** Answers of the API to show. */

import type { TaskRun, Version, VersionDetail } from "src/api/client";

export const run: TaskRun = {
  dag_id: "churn",
  ended_at: "2026-11-25T20:33:00Z",
  id: "r1",
  map_index: -1,
  run_id: "manual",
  started_at: "2026-11-25T20:32:58Z",
  state: "success",
  task_id: "fit",
  try_number: 1,
};

export const version: Version = {
  aliases: ["production"],
  artifact: "models/churn",
  bytes_deleted_at: null,
  created_at: "2026-11-25T20:33:00Z",
  effective_at: "2026-11-25T20:32:00Z",
  id: "v3",
  kind: "model",
  length: null,
  named: true,
  output: "models/churn",
  pinned: false,
  producer: run,
  save_kind: "task output",
  size: 1000,
  tags: ["gold"],
  type: "sklearn.linear_model.LogisticRegression",
  version: "3",
};

export const detail: VersionDetail = {
  columns: [
    {
      name: "age",
      statistics: { histogram: { counts: [1, 3], edges: [0, 1, 2] }, max: 2, min: 0, nulls: 1 },
      type: "int64",
    },
    {
      name: "town",
      statistics: {
        distinct: 4,
        top: [
          ["a", 4],
          ["b", 3],
          ["c", 2],
          ["d", 1],
        ],
      },
      type: "string",
    },
  ],
  file_count: 2,
  files: [
    { digest: "blake3:aa", downloadable: true, path: "data/a b.parquet", size: 10, uri: null },
    { digest: "blake3:bb", downloadable: false, path: "far.csv", size: 10, uri: "javascript:alert(1)" },
  ],
  fingerprint: "blake3:cc",
  has_preview: true,
  interval_end: null,
  interval_start: null,
  materializer: "sklearn.base.BaseEstimator",
  may_edit: true,
  metadata: { accuracy: 0.9, rows: 4 },
  origin: null,
  previous: { ...version, id: "v2", version: "2" },
  provenance: {
    decision: { origin: null, outcome: "miss", reasons: ["the code changed"], seconds: null },
    environment: { python: "3.12" },
    inputs: [
      { kind: "argument", name: "frame", reference: null, version: { ...version, artifact: "raw", id: "v1" } },
      { kind: "read", name: "secret", reference: null, version: null },
    ],
    packages: { pandas: "3.1.1" },
    parameters: { ratio: 0.2 },
    source: "def fit():\n    return 1\n",
    task_run: run,
  },
  said: [
    { at: null, key: "rows", source: "materializer", value: 4 },
    { at: "2026-11-25T20:33:00Z", key: "accuracy", source: "logged", value: 0.9 },
  ],
  version,
};
