import { queries, type TaskRun } from "src/api/client";
import { Answered } from "src/components/Answered";
import { Why } from "src/components/Why";

/** Why one task of a run was cached or executed, asked for when somebody wants to know. */
export const RowWhy = ({ run }: { readonly run: TaskRun }) => {
  const { dag_id, map_index, run_id, task_id, try_number } = run;
  const asked = queries.useQuery("get", "/api/dags/{dag_id}/runs/{run_id}/task-run", {
    params: { path: { dag_id, run_id }, query: { map_index, task_id, try_number } },
  });
  return (
    <Answered asked={asked}>
      {({ explanation, run: decided }) => <Why decision={decided.decision} explanation={explanation} />}
    </Answered>
  );
};
