import { Text } from "@chakra-ui/react";
import { useMemo, useState } from "react";
import { useNavigate } from "react-router-dom";

import { queries, type SeriesOfKey } from "src/api/client";
import { Answered } from "src/components/Answered";
import { LineChart } from "src/components/charts/LineChart";
import { Fold } from "src/components/Fold";
import { Panel } from "src/components/Panel";
import { versionPage } from "src/links";
import { Keys } from "src/pages/artifact/Keys";
import { stepsOf } from "src/pages/artifact/steps";
import { StepTable } from "src/pages/artifact/StepTable";

// What is measured of every table and array says less than what somebody logged.
const measured = new Set(["columns", "rows", "bytes", "files", "nulls"]);

/** What is worth a look at first: a number that somebody logged and that does not stay the same. */
const firstOf = (series: readonly SeriesOfKey[]): readonly string[] => {
  const moving = series.filter(({ points }) => new Set(points.map(({ value }) => value)).size > 1);
  const first = moving.find(({ key }) => !measured.has(key)) ?? moving[0] ?? series[0];
  return first ? [first.key] : [];
};

const Chosen = ({ series }: { readonly series: readonly SeriesOfKey[] }) => {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState(() => firstOf(series));
  const shown = useMemo(() => series.filter(({ key }) => chosen.includes(key)), [chosen, series]);
  const steps = useMemo(() => stepsOf(shown), [shown]);
  return (
    <>
      <Keys chosen={chosen} keys={series.map(({ key }) => key)} onChoose={setChosen} />
      {shown.length === 0 ? (
        <Text color="fg.muted">Choose what to show.</Text>
      ) : (
        <LineChart
          label={`${shown.map(({ key }) => key).join(", ")} over ${steps.length} versions; the values are in the table below`}
          labels={steps.map(({ version }) => `@${version}`)}
          lines={shown.map(({ key }) => ({ label: key, values: steps.map(({ values }) => values.get(key) ?? null) }))}
          onPick={(at) => {
            const step = steps[at];
            if (step) {
              void navigate(versionPage(step.id));
            }
          }}
        />
      )}
      <Fold title="The values as a table">
        {() => <StepTable keys={shown.map(({ key }) => key)} steps={steps.toReversed()} />}
      </Fold>
    </>
  );
};

/** The numbers among the metadata of an artifact, from version to version. */
export const Series = ({ name }: { readonly name: string }) => {
  const asked = queries.useQuery("get", "/api/artifact/series", { params: { query: { name } } });
  return asked.data?.keys.length === 0 ? null : (
    <Panel title="Metadata over versions">
      <Answered asked={asked}>{({ keys }) => <Chosen series={keys} />}</Answered>
    </Panel>
  );
};
