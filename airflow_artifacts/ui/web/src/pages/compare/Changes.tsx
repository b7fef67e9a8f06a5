import { Text } from "@chakra-ui/react";

import type { Change } from "src/api/client";
import { Json } from "src/components/Json";
import { Rows } from "src/components/Rows";

interface SideProps {
  readonly label: string;
  readonly value: unknown;
}

const Side = ({ label, value }: SideProps) =>
  value === null || value === undefined ? (
    <Text as="span" color="fg.muted" fontStyle="italic">
      not there
    </Text>
  ) : (
    <Json label={label} open={0} value={value} />
  );

interface Props {
  readonly changes: readonly Change[];
  /** What screen readers call the table. */
  readonly label: string;
}

/** Changes in a table: what each was, and is. */
export const Changes = ({ changes, label }: Props) =>
  changes.length === 0 ? null : (
    <Rows
      heads={["Name", "Before", "Now"]}
      label={label}
      rows={changes.map(({ before, name, now }) => ({
        cells: [
          name,
          <Side key="before" label={`${name} before`} value={before} />,
          <Side key="now" label={`${name} now`} value={now} />,
        ],
        key: name,
      }))}
    />
  );
