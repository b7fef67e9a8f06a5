import { Box, Heading, HStack, SimpleGrid, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import type { Change, Diff } from "src/api/client";
import { Histogram, isSpread, span, type Spread } from "src/components/Histogram";
import { Changes } from "src/pages/compare/Changes";
import { byColumn, type ColumnDiff } from "src/pages/compare/columns";

interface SpreadProps {
  readonly label: string;
  readonly range: readonly [number, number];
  readonly spread: Spread;
  readonly when: string;
}

const Drawn = ({ label, range, spread, when }: SpreadProps) => (
  <Box>
    <Text color="fg.muted" fontSize="sm">
      {when}
    </Text>
    <Histogram height={64} label={`${label}, ${when}`} range={range} spread={spread} width={220} />
  </Box>
);

/** How a column was spread and is, on one scale. */
const Spreads = ({ column: { before, name, now } }: { readonly column: ColumnDiff }) => {
  const spreads = [before, now]
    .map((column) => column?.statistics.histogram)
    .map((one) => (isSpread(one) ? one : null));
  const edges = spreads.flatMap((spread) => (spread === null ? [] : span(spread)));
  const range = [Math.min(...edges), Math.max(...edges)] as const;
  return (
    <HStack align="start" gap={6} wrap="wrap">
      {spreads.map((spread, at) => {
        const when = at === 0 ? "before" : "now";
        return spread === null ? null : <Drawn key={when} label={name} range={range} spread={spread} when={when} />;
      })}
    </HStack>
  );
};

const Differing = ({ column }: { readonly column: ColumnDiff }) => (
  <Stack gap={2}>
    <Heading as="h3" overflowWrap="anywhere" size="sm">
      {column.name}
    </Heading>
    {column.before && column.now ? (
      <SimpleGrid columns={{ base: 1, xl: 2 }} gap={4}>
        <Changes changes={column.changes} label={`Statistics of ${column.name}`} />
        <Spreads column={column} />
      </SimpleGrid>
    ) : (
      <Text color="fg.muted">There is no such column {column.before ? "now" : "before"}.</Text>
    )}
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
