import { queries } from "src/api/client";
import { Answered } from "src/components/Answered";
import { artifactTask, Nothing } from "src/components/Nothing";

interface Props {
  readonly dagId: string;
  readonly taskId: string;
}

/** Why nothing is recorded of a task instance: it is yet to run, or no artifact task. */
export const NoTaskRun = ({ dagId, taskId }: Props) => {
  const asked = queries.useQuery("get", "/api/dags/{dag_id}/tasks/{task_id}/task-runs", {
    params: { path: { dag_id: dagId, task_id: taskId }, query: { limit: 1 } },
  });
  return (
    <Answered asked={asked}>
      {({ task_runs }) =>
        task_runs.length > 0 ? (
          <Nothing title="This task has recorded nothing in this run">
            It records its inputs and outputs once it begins; other runs of it have.
          </Nothing>
        ) : (
          <Nothing example={artifactTask} title="This task has recorded no artifacts">
            It has not run since artifacts are recorded, or it is no artifact task: its results go to XCom, uncached and
            without lineage. An artifact task is written with @task.artifact:
          </Nothing>
        )
      }
    </Answered>
  );
};
