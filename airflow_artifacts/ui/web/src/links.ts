/** The addresses of this page's own views, and of Airflow's, as paths for the router. */

import type { TaskRun } from "src/api/client";

const home = "/plugin/artifacts";

const segments = (name: string): string => name.split("/").map(encodeURIComponent).join("/");

export const listPage = (): string => home;

export const overviewPage = (): string => `${home}/overview`;

export const artifactPage = (name: string): string => `${home}/artifact/${segments(name)}`;

export const versionPage = (uuid: string): string => `${home}/version/${uuid}`;

export const comparePage = (before: string, now: string): string =>
  `${home}/compare?${new URLSearchParams({ before, now }).toString()}`;

export const lineagePage = (uuid: string): string => `${home}/lineage/${uuid}`;

/** An id as Airflow's own links have it: they leave what stands in every run's id, and mark the open tab by that. */
const id = (text: string): string => encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2B", "+");

export const dagPage = (dagId: string): string => `/dags/${id(dagId)}`;

export const runPage = (dagId: string, runId: string): string => `${dagPage(dagId)}/runs/${id(runId)}`;

/** The page of a task instance in Airflow. */
export const taskRunPage = (run: Pick<TaskRun, "dag_id" | "run_id" | "task_id" | "map_index">): string => {
  const task = `${runPage(run.dag_id, run.run_id)}/tasks/${id(run.task_id)}`;
  return run.map_index >= 0 ? `${task}/mapped/${run.map_index}` : task;
};

/** The tab of this page on a DAG run. */
export const runTab = (dagId: string, runId: string): string => `${runPage(dagId, runId)}/plugin/run-artifacts`;

/** The tab of this page on a task instance. */
export const taskRunTab = (run: Parameters<typeof taskRunPage>[0]): string =>
  `${taskRunPage(run)}/plugin/task-instance-artifacts`;
