import { Button, Stack, Text } from "@chakra-ui/react";

import { type DecidedRun, queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Go, TaskRunLink } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { Outcome } from "src/components/Outcome";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";
import { runPage } from "src/links";

const heads = ["Task", "Run", "Try", "State", "Started", "As", "Outcome"];

const row = (id: string, { decision, inputs, task_run: run }: DecidedRun) => ({
  cells: [
    <TaskRunLink key="task" run={run} />,
    <Go key="run" to={runPage(run.dag_id, run.run_id)}>
      {run.run_id}
    </Go>,
    run.try_number,
    run.state,
    <Moment at={run.started_at} key="started" />,
    inputs
      .filter(({ version }) => version?.id === id)
      .map(({ name }) => name)
      .join(", "),
    <Outcome decision={decision} key="cache" />,
  ],
  key: run.id,
});

/** The task runs that read a version, newest first. */
export const UsedPart = ({ id }: { readonly id: string }) => {
  const asked = queries.useInfiniteQuery(
    "get",
    "/api/versions/{id}/consumers",
    { params: { path: { id } } },
    { getNextPageParam: ({ next }) => next, initialPageParam: null, pageParamName: "page" },
  );
  return (
    <Panel title="Used by">
      <Answered asked={asked}>
        {({ pages }) => {
          const runs = pages.flatMap(({ task_runs: some }) => some);
          return runs.length === 0 ? (
            <Text color="fg.muted">No task run that you may see has read it.</Text>
          ) : (
            <Stack align="start" gap={3}>
              <Rows heads={heads} label="Task runs that read it" rows={runs.map((run) => row(id, run))} />
              {asked.hasNextPage ? (
                <Button
                  loading={asked.isFetchingNextPage}
                  onClick={() => void asked.fetchNextPage()}
                  size="sm"
                  variant="outline"
                >
                  Show more
                </Button>
              ) : null}
            </Stack>
          );
        }}
      </Answered>
    </Panel>
  );
};
