import { useMemo } from "react";

import type { DecidedRun } from "src/api/client";
import { pictureOfRun } from "src/graph/fromAnswer";
import { LineageGraph } from "src/graph/LineageGraph";
import { useLocalState } from "src/graph/state";

const none: ReadonlySet<string> = new Set();

/** What a DAG run read and wrote, as a graph. */
export const RunLineage = ({ runs }: { readonly runs: readonly DecidedRun[] }) => {
  const picture = useMemo(() => pictureOfRun(runs), [runs]);
  return <LineageGraph embedded height="min(60vh, 36rem)" picture={picture} state={useLocalState(none)} />;
};
