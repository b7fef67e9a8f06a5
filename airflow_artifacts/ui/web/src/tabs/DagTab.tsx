import { Box, Stack } from "@chakra-ui/react";

import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { artifactTask, Nothing } from "src/components/Nothing";
import { MadeHere } from "src/tabs/dag/MadeHere";
import { Planning } from "src/tabs/dag/Planning";
import { RecentRuns } from "src/tabs/dag/RecentRuns";

interface Props {
  readonly dagId: string;
}

/** A DAG: what would run now, what the cache did for its runs, and the artifacts that it makes. */
export const DagTab = ({ dagId }: Props) => {
  const asked = queries.useQuery("get", "/api/dags/{dag_id}/runs", { params: { path: { dag_id: dagId } } });
  return (
    <Box p={4}>
      <Stack gap={4}>
        <Answered asked={asked}>
          {(runs) =>
            runs.length === 0 ? (
              <Nothing example={artifactTask} title="This DAG has recorded no artifacts">
                It has not run since artifacts are recorded, or none of its tasks is an artifact task. An artifact task
                is written with @task.artifact:
              </Nothing>
            ) : (
              <RecentRuns dagId={dagId} runs={runs} />
            )
          }
        </Answered>
        <Planning dagId={dagId} />
        {asked.data?.length === 0 ? null : <MadeHere dagId={dagId} />}
      </Stack>
    </Box>
  );
};
