import { QueryClientProvider } from "@tanstack/react-query";

import type { PlaceProps } from "src/airflow";
import { queryClient } from "src/api/client";
import { Boundary } from "src/components/Boundary";
import { Artifacts } from "src/pages/Artifacts";
import { DagTab } from "src/tabs/DagTab";
import { RunTab } from "src/tabs/RunTab";
import { TaskInstanceTab } from "src/tabs/TaskInstanceTab";
import { TaskTab } from "src/tabs/TaskTab";

/** The view that belongs where Airflow mounted it, which is known by what Airflow passes. */
const View = ({ dagId, runId, taskId, mapIndex }: PlaceProps) => {
  if (dagId === undefined) {
    return <Artifacts />;
  }
  if (runId === undefined) {
    return taskId === undefined ? <DagTab dagId={dagId} /> : <TaskTab dagId={dagId} taskId={taskId} />;
  }
  return taskId === undefined ? (
    <RunTab dagId={dagId} runId={runId} />
  ) : (
    <TaskInstanceTab dagId={dagId} mapIndex={Number(mapIndex ?? -1)} runId={runId} taskId={taskId} />
  );
};

/** One place of the page: with its own cache of answers, and faults that stay its own. */
export const Place = (props: PlaceProps) => (
  <QueryClientProvider client={queryClient}>
    <Boundary>
      {/* By which browser tests tell this page from Airflow's around it. */}
      <div data-artifacts="" style={{ display: "contents" }}>
        {/* Another task instance begins anew: it has other tries, and none of its rows was opened. */}
        <View key={[props.dagId, props.runId, props.taskId, props.mapIndex].join(" ")} {...props} />
      </div>
    </Boundary>
  </QueryClientProvider>
);
