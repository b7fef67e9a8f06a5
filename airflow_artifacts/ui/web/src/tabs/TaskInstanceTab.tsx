import { Box } from "@chakra-ui/react";
import { useState } from "react";

import { ApiFailure, queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { NoTaskRun } from "src/tabs/instance/NoTaskRun";
import { TaskRunShown } from "src/tabs/instance/TaskRunShown";
import { TryChoice } from "src/tabs/instance/TryChoice";
import { pollEvery } from "src/tabs/run/polling";

interface Props {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  /** Not a number where Airflow passes none. */
  readonly mapIndex: number;
}

/** One task instance: what it read and wrote, and why it was cached or executed. */
export const TaskInstanceTab = ({ dagId, mapIndex, runId, taskId }: Props) => {
  const [chosen, setChosen] = useState<number | null>(null);
  const path = { dag_id: dagId, run_id: runId };
  const instance = { task_id: taskId, map_index: Number.isNaN(mapIndex) ? -1 : mapIndex };
  const newest = queries.useQuery(
    "get",
    "/api/dags/{dag_id}/runs/{run_id}/task-run",
    { params: { path, query: instance } },
    { refetchInterval: ({ state }) => (state.data ? pollEvery([state.data.run], Date.now()) : false) },
  );
  const other = queries.useQuery(
    "get",
    "/api/dags/{dag_id}/runs/{run_id}/task-run",
    { params: { path, query: { ...instance, try_number: chosen } } },
    { enabled: chosen !== null },
  );
  const tries = newest.data?.run.task_run.try_number ?? 1;
  const choice = <TryChoice chosen={chosen ?? tries} newest={tries} onChosen={setChosen} />;
  const asked = chosen === null ? newest : other;
  if (asked.error instanceof ApiFailure && asked.error.status === 404) {
    return (
      <Box p={4}>
        {choice}
        <NoTaskRun dagId={dagId} taskId={taskId} />
      </Box>
    );
  }
  return (
    <Box p={4}>
      <Answered asked={asked}>{(detail) => <TaskRunShown detail={detail} tries={choice} />}</Answered>
    </Box>
  );
};
