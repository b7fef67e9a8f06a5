import { Box, Heading, HStack, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import type { Change, Column, Diff } from "src/api/client";
import { Histogram, isSpread } from "src/components/Histogram";
import { Changes } from "src/pages/compare/Changes";
import { byColumn, type ColumnDiff } from "src/pages/compare/columns";

interface SpreadProps {
  readonly column: Column | undefined;
  readonly when: string;
}

const Spread = ({ column, when }: SpreadProps) =>
  isSpread(column?.statistics.histogram) ? (
    <Box>
      <Text color="fg.muted" fontSize="sm">
        {when}
      </Text>
      <Histogram height={64} label={`${column.name}, ${when}`} spread={column.statistics.histogram} width={240} />
    </Box>
  ) : null;

const Differing = ({ column: { before, changes, name, now } }: { readonly column: ColumnDiff }) => (
  <Stack gap={2}>
    <Heading as="h3" overflowWrap="anywhere" size="sm">
      {name}
    </Heading>
    <HStack gap={6} wrap="wrap">
      <Spread column={before} when="before" />
      <Spread column={now} when="now" />
    </HStack>
    <Changes changes={changes} label={`Statistics of ${name}`} />
  </Stack>
);

interface Props {
  readonly changes: readonly Change[];
  readonly diff: Diff;
}

/** Changed statistics: of the value as a whole, then column by column with how their values are spread. */
export const ColumnChanges = ({ changes, diff }: Props) => {
  const { columns, others } = useMemo(
    () => byColumn(changes, diff.before_columns, diff.now_columns),
    [changes, diff.before_columns, diff.now_columns],
  );
  return (
    <Stack gap={6}>
      <Changes changes={others} label="Statistics of the value" />
      {columns.map((column) => (
        <Differing column={column} key={column.name} />
      ))}
    </Stack>
  );
};
