import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { DagTab } from "src/tabs/DagTab";
import { RunTab } from "src/tabs/RunTab";
import { TaskInstanceTab } from "src/tabs/TaskInstanceTab";
import { TaskTab } from "src/tabs/TaskTab";
import { decision, taskRun, version } from "../pictures";
import { answering } from "../api";
import { makeDrawable } from "../graph/drawable";
import { expectAccessible, show } from "../render";

const load = taskRun("load", { try_number: 2 });
const named = { name: "output", kind: "produced", version: version("raw", load), reference: null };
const decided = { task_run: load, decision: decision("miss"), inputs: [], outputs: [named] };
const run = {
  dag_id: "churn",
  run_id: "monday",
  task_runs: [decided],
  hits: 3,
  misses: 1,
  uncached: 0,
  seconds_saved: 30,
};
const detail = {
  run: decided,
  explanation: { lines: [], compared: null, differences: [] },
  parameters: { ratio: 0.2 },
  source: "def load(): ...",
  environment: {},
  pending: ["report"],
};

const runPath = "GET /api/dags/churn/runs/monday";

describe("the tab of a DAG run", () => {
  it("says in numbers what the cache did", async () => {
    answering({ [`${runPath}/task-runs`]: run });
    show(<RunTab dagId="churn" runId="monday" />);
    await screen.findByText("3 cached, 1 missed");
    expect(screen.getByText("75 %")).toBeDefined();
    await expectAccessible(document.body);
  });

  it("keeps in the address how it shows the tasks, beside what is Airflow's", async () => {
    makeDrawable();
    answering({ [`${runPath}/task-runs`]: run });
    const where = show(<RunTab dagId="churn" runId="monday" />, "/?open=1");
    await userEvent.click(await screen.findByRole("button", { name: "Lineage" }));
    expect(where.at).toBe("/?open=1&view=lineage");
    expect(screen.getByRole("button", { name: "Lineage" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("opens a row to all of its why", async () => {
    const { asked } = answering({ [`${runPath}/task-runs`]: run, [`${runPath}/task-run`]: detail });
    show(<RunTab dagId="churn" runId="monday" />);
    await userEvent.click(await screen.findByRole("button", { name: "Why of load" }));
    await screen.findByText("There was no earlier run of this task to compare with.");
    expect(asked.at(-1)?.search).toContain("try_number=2");
  });

  it("says what to write where nothing is recorded", async () => {
    answering({ [`${runPath}/task-runs`]: { ...run, task_runs: [] } });
    show(<RunTab dagId="churn" runId="monday" />);
    await screen.findByRole("heading", { level: 2, name: "This run has recorded no artifacts" });
    expect(screen.getByRole("region", { name: "Example" }).textContent).toContain("@task.artifact");
  });
});

describe("the tab of a task instance", () => {
  it("shows the newest try, and another when it is chosen", async () => {
    const { asked } = answering({ [`${runPath}/task-run`]: detail });
    show(<TaskInstanceTab dagId="churn" mapIndex={NaN} runId="monday" taskId="load" />);
    await screen.findByText("Not made yet: report");
    expect(asked[0]?.search).toBe("?task_id=load&map_index=-1");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Try" }), "1");
    await screen.findByText("Not made yet: report");
    expect(asked.at(-1)?.search).toContain("try_number=1");
    await expectAccessible(document.body);
  });

  it("tells a task that has recorded nothing yet from one that never did", async () => {
    const page = (task_runs: unknown[]) => ({ "GET /api/dags/churn/tasks/load/task-runs": { task_runs, next: null } });
    answering(page([]));
    const { unmount } = show(<TaskInstanceTab dagId="churn" mapIndex={-1} runId="monday" taskId="load" />);
    await screen.findByText(/it is no artifact task/);
    unmount();
    answering(page([decided]));
    show(<TaskInstanceTab dagId="churn" mapIndex={-1} runId="monday" taskId="load" />);
    await screen.findByText("This task has recorded nothing in this run");
  });
});

describe("the tab of a task", () => {
  it("shows its runs, and asks for earlier ones", async () => {
    const { asked } = answering({
      "GET /api/dags/churn/tasks/load/task-runs": (query: URLSearchParams) =>
        query.has("page")
          ? { task_runs: [{ ...decided, task_run: { ...load, id: "earlier", run_id: "sunday" } }], next: null }
          : { task_runs: [decided], next: "older" },
    });
    show(<TaskTab dagId="churn" taskId="load" />);
    await userEvent.click(await screen.findByRole("button", { name: "Show earlier runs" }));
    expect(await screen.findByRole("link", { name: "sunday, try 2" })).toBeDefined();
    expect(asked.at(-1)?.search).toContain("page=older");
  });
});

describe("the tab of a DAG", () => {
  const runs = [{ run_id: "monday", started_at: load.started_at, hits: 0, misses: 2, uncached: 1, seconds_saved: 0 }];
  const answers = {
    "GET /api/dags/churn/runs": runs,
    "GET /api/artifacts": { artifacts: [], next: null, total: 0, total_is_bound: false },
  };

  it("plans a run where the server may", async () => {
    const task = { task_id: "load", outcome: "hit", reason: "load computed it", outputs: ["raw@1"] };
    answering({
      ...answers,
      "GET /api/dags/churn/plan": { may_plan: true, command: "airflow artifacts plan churn" },
      "POST /api/dags/churn/plan": { run_id: "now", tasks: [task], mapped: ["count"], seconds: 30 },
    });
    show(<DagTab dagId="churn" />);
    await userEvent.click(await screen.findByRole("button", { name: "Plan a run" }));
    const plan = await screen.findByRole("table", { name: "What would run now" });
    expect(within(plan).getByText("raw@1")).toBeDefined();
    expect(screen.getByText("Mapped tasks decide when they run: count.")).toBeDefined();
    await expectAccessible(document.body);
  });

  it("gives the reason and the command where it may not", async () => {
    answering({
      ...answers,
      "GET /api/dags/churn/plan": { may_plan: false, reason: "This server has no DAG files.", command: "airflow go" },
    });
    show(<DagTab dagId="churn" />);
    await screen.findByText(/This server has no DAG files/);
    expect(screen.getByRole("button", { name: "Copy the command" })).toBeDefined();
    expect(screen.getByText("2 missed, 1 uncached")).toBeDefined();
  });
});
