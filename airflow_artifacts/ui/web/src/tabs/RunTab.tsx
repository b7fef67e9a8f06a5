import { Box, Stack } from "@chakra-ui/react";
import { useSearchParams } from "react-router-dom";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { artifactTask, Nothing } from "src/components/Nothing";
import { Panel } from "src/components/Panel";
import { Views } from "src/components/Views";
import { pollEvery } from "src/tabs/run/polling";
import { RunLineage } from "src/tabs/run/RunLineage";
import { RunSummary } from "src/tabs/run/RunSummary";
import { RunTable } from "src/tabs/run/RunTable";

const views = ["Table", "Lineage"] as const;

interface Props {
  readonly dagId: string;
  readonly runId: string;
}

/** What a DAG run read and wrote, and what the cache did for it. */
export const RunTab = ({ dagId, runId }: Props) => {
  const [params, setParams] = useSearchParams();
  const view = params.get("view") === "lineage" ? "Lineage" : "Table";
  const onView = (chosen: (typeof views)[number]) => {
    setParams(
      (before) => {
        const now = new URLSearchParams(before);
        now.set("view", chosen.toLowerCase());
        return now;
      },
      { replace: true },
    );
  };
  const asked = queries.useQuery(
    "get",
    "/api/dags/{dag_id}/runs/{run_id}/task-runs",
    { params: { path: { dag_id: dagId, run_id: runId } } },
    { refetchInterval: ({ state }) => pollEvery(state.data?.task_runs, Date.now()) },
  );
  return (
    <Box p={4}>
      <Answered asked={asked}>
        {(run) =>
          run.task_runs.length === 0 ? (
            <Nothing example={artifactTask} title="This run has recorded no artifacts">
              Its artifact tasks have not begun, or the DAG has none. This page looks again by itself. A task is an
              artifact task if it is written with @task.artifact:
            </Nothing>
          ) : (
            <Stack gap={4}>
              <Panel title="Cache">
                <RunSummary run={run} />
              </Panel>
              <Panel
                aside={<Views label="How to show the tasks" onView={onView} view={view} views={views} />}
                title="Artifact tasks"
              >
                {view === "Table" ? <RunTable runs={run.task_runs} /> : <RunLineage runs={run.task_runs} />}
              </Panel>
            </Stack>
          )
        }
      </Answered>
    </Box>
  );
};
