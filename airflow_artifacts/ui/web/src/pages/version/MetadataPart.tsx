import { Stack, Text } from "@chakra-ui/react";

import type { VersionDetail } from "src/api/client";
import { Json } from "src/components/Json";
import { Moment } from "src/components/Moment";
import { Panel } from "src/components/Panel";
import { Rows } from "src/components/Rows";

const Value = ({ label, value }: { readonly label: string; readonly value: unknown }) => (
  <Json label={label} open={0} value={value} />
);

/** What counts, and all that was ever said by whom. */
export const MetadataPart = ({ detail: { metadata, said } }: { readonly detail: VersionDetail }) => {
  const counted = Object.entries(metadata);
  return (
    <Stack gap={4}>
      <Panel title="What counts">
        {counted.length === 0 ? (
          <Text color="fg.muted">Nothing was said of this version.</Text>
        ) : (
          <Rows
            heads={["Key", "Value"]}
            label="What counts"
            rows={counted.map(([key, value]) => ({ key, cells: [key, <Value key={key} label={key} value={value} />] }))}
          />
        )}
      </Panel>
      {said.length === 0 ? null : (
        <Panel title="Who said what">
          <Rows
            heads={["Key", "Value", "By", "When"]}
            label="Who said what"
            rows={said.map(({ at, key, source, value }, number) => ({
              cells: [
                key,
                <Value key={key} label={key} value={value} />,
                source,
                at === null ? "with the version" : <Moment at={at} key={at} />,
              ],
              key: `${number} ${key}`,
            }))}
          />
        </Panel>
      )}
    </Stack>
  );
};
