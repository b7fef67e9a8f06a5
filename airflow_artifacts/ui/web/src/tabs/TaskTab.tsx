import { Box, Button, Stack } from "@chakra-ui/react";

import { type DecidedRun, queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Duration } from "src/components/Duration";
import { Go } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { Named } from "src/components/Named";
import { artifactTask, Nothing } from "src/components/Nothing";
import { Outcome } from "src/components/Outcome";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";
import { taskRunTab } from "src/links";

const heads = ["Started", "Run", "Outcome", "Outputs", "Time saved"];

const rowOf = ({ decision, outputs, task_run: task }: DecidedRun) => ({
  key: task.id,
  cells: [
    <Moment at={task.started_at} key="began" />,
    <Go key="run" to={taskRunTab(task)}>
      {task.run_id}
      {task.map_index >= 0 ? ` [${task.map_index}]` : ""}
      {task.try_number > 1 ? `, try ${task.try_number}` : ""}
    </Go>,
    <Outcome decision={decision} key="outcome" />,
    <Named key="outputs" label={`Outputs in ${task.run_id}`} named={outputs} />,
    decision?.outcome === "hit" && decision.seconds !== null ? (
      <Duration key="saved" seconds={decision.seconds} />
    ) : (
      "–"
    ),
  ],
});

interface Props {
  readonly dagId: string;
  readonly taskId: string;
}

/** The runs of a task over time. */
export const TaskTab = ({ dagId, taskId }: Props) => {
  const asked = queries.useInfiniteQuery(
    "get",
    "/api/dags/{dag_id}/tasks/{task_id}/task-runs",
    { params: { path: { dag_id: dagId, task_id: taskId } } },
    { getNextPageParam: ({ next }) => next, initialPageParam: null, pageParamName: "page" },
  );
  return (
    <Box p={4}>
      <Answered asked={asked}>
        {({ pages }) => {
          const runs = pages.flatMap(({ task_runs }) => task_runs);
          return runs.length === 0 ? (
            <Nothing example={artifactTask} title="This task has recorded no artifacts">
              It has not run since artifacts are recorded, or it is no artifact task. An artifact task is written with
              @task.artifact:
            </Nothing>
          ) : (
            <Panel title="Runs of this task">
              <Stack align="start" gap={3}>
                <Rows heads={heads} label="Runs of this task, newest first" rows={runs.map(rowOf)} />
                {asked.hasNextPage ? (
                  <Button
                    loading={asked.isFetchingNextPage}
                    onClick={() => {
                      void asked.fetchNextPage();
                    }}
                    size="sm"
                    variant="outline"
                  >
                    Show earlier runs
                  </Button>
                ) : null}
              </Stack>
            </Panel>
          );
        }}
      </Answered>
    </Box>
  );
};
