import { describe, expect, it } from "vitest";

import { artifactPage, runPage, taskRunPage } from "src/links";

describe("links", () => {
  it("keeps what stands in every run's id, by which Airflow marks the open tab", () => {
    expect(runPage("churn", "manual__2026-11-25T20:32:51+00:00")).toBe(
      "/dags/churn/runs/manual__2026-11-25T20:32:51+00:00",
    );
  });

  it("lets no id reach into another part of the address", () => {
    expect(runPage("a/b", "x?y#z%2F")).toBe("/dags/a%2Fb/runs/x%3Fy%23z%252F");
  });

  it("names the mapped instance of a task", () => {
    expect(taskRunPage({ dag_id: "a", map_index: 3, run_id: "r", task_id: "t" })).toBe(
      "/dags/a/runs/r/tasks/t/mapped/3",
    );
  });

  it("leaves the parts of an artifact's name apart", () => {
    expect(artifactPage("models/churn?x")).toBe("/plugin/artifacts/artifact/models/churn%3Fx");
  });
});
