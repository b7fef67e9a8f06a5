import { Facts } from "src/components/Facts";
import { Duration } from "src/components/Duration";
import { hitRate, OutcomeBar } from "src/components/OutcomeBar";

interface Run {
  readonly hits: number;
  readonly misses: number;
  readonly seconds_saved: number;
  readonly uncached: number;
}

/** What the cache did for a DAG run, in numbers. */
export const RunSummary = ({ run }: { readonly run: Run }) => (
  <Facts
    facts={[
      ["Artifact tasks", <OutcomeBar {...run} key="bar" />],
      ["Hit rate", hitRate(run) ?? "nothing asked the cache"],
      ["Time saved", <Duration key="saved" seconds={run.seconds_saved} />],
    ]}
  />
);
