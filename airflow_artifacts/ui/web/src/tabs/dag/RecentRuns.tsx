import { Duration } from "src/components/Duration";
import { Go } from "src/components/Go";
import { Moment } from "src/components/Moment";
import { hitRate, OutcomeBar } from "src/components/OutcomeBar";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";
import { runTab } from "src/links";
import type { RunSummary } from "src/tabs/dag/summary";

interface Props {
  readonly dagId: string;
  readonly runs: readonly RunSummary[];
}

const heads = ["Started", "Run", "Artifact tasks", "Hit rate", "Time saved"];

/** What the cache did for the newest runs of a DAG. */
export const RecentRuns = ({ dagId, runs }: Props) => (
  <Panel title="Recent runs">
    <Rows
      heads={heads}
      label="Recent runs, newest first"
      rows={runs.map((run) => ({
        key: run.run_id,
        cells: [
          <Moment at={run.started_at} key="began" />,
          <Go key="run" to={runTab(dagId, run.run_id)}>
            {run.run_id}
          </Go>,
          <OutcomeBar key="bar" {...run} />,
          hitRate(run) ?? "–",
          <Duration key="saved" seconds={run.seconds_saved} />,
        ],
      }))}
    />
  </Panel>
);
