import { Stack, Text } from "@chakra-ui/react";

import type { VersionDetail } from "src/api/client";
import { Definitions } from "src/components/Definitions";
import { inLine } from "src/components/figure";
import { Histogram, isSpread } from "src/components/Histogram";
import { Panel } from "src/components/Panel";
import { ColumnsTable } from "src/pages/version/ColumnsTable";

/** What may be long, or stands elsewhere on the page. */
const isShort = (value: unknown): boolean =>
  typeof value !== "object" || (Array.isArray(value) && value.every((one) => typeof one !== "object"));

/** What was measured of the value: of a table by column, of an array as a whole. */
export const StatisticsPart = ({ detail: { columns, metadata, said } }: { readonly detail: VersionDetail }) => {
  const measured = new Set(said.filter(({ source }) => source === "materializer").map(({ key }) => key));
  const facts = Object.entries(metadata).filter(
    ([key, value]) => measured.has(key) && value !== null && isShort(value),
  );
  const spread = isSpread(metadata.histogram) ? metadata.histogram : undefined;
  const sampled = metadata.sampled;
  return (
    <Panel title="Schema and statistics">
      <Stack gap={4}>
        {facts.length + columns.length === 0 ? <Text color="fg.muted">Nothing was measured of this value.</Text> : null}
        <Definitions entries={Object.fromEntries(facts.map(([key, value]) => [key, inLine(value)]))} />
        {spread === undefined ? null : <Histogram height={120} spread={spread} width="min(100%, 40rem)" />}
        {typeof sampled === "number" && columns.length > 0 ? (
          <Text color="fg.muted">Measured on a sample of {sampled.toLocaleString("en")} rows.</Text>
        ) : null}
        {columns.length === 0 ? null : <ColumnsTable columns={columns} />}
      </Stack>
    </Panel>
  );
};
