import { Button, Heading, HStack, Stack, Text } from "@chakra-ui/react";

import { cleared, type Filters, narrowed, type Query } from "src/pages/list/filters";
import { Newcomer } from "src/pages/list/Newcomer";
import { useCountWithUnnamed } from "src/pages/list/useArtifacts";

interface Props {
  readonly change: (next: Partial<Filters>) => void;
  readonly filters: Filters;
  readonly query: Query;
}

/** What stands in place of an empty list: why it is empty, and the ways out. */
export const Empty = ({ change, filters, query }: Props) => {
  const { data, isLoading } = useCountWithUnnamed(query, !filters.unnamed);
  const hidden = filters.unnamed ? 0 : (data?.total ?? 0);
  const filtered = narrowed(filters);
  if (isLoading) {
    return null;
  }
  if (hidden === 0 && !filtered) {
    return <Newcomer />;
  }
  return (
    <Stack align="start" gap={3}>
      <Heading as="h2" size="md">
        {filtered ? "Nothing fits these filters" : "No artifact has a name yet"}
      </Heading>
      {hidden > 0 && (
        <Text>
          {hidden === 1 ? "One output" : `${hidden.toLocaleString("en")} outputs`}
          {data?.total_is_bound ? " and more" : ""} without a name {hidden === 1 ? "is" : "are"} not shown.
        </Text>
      )}
      <HStack gap={3} wrap="wrap">
        {hidden > 0 && (
          <Button
            onClick={() => {
              change({ unnamed: true });
            }}
            size="sm"
          >
            Show unnamed outputs
          </Button>
        )}
        {filtered && (
          <Button
            onClick={() => {
              change(cleared(filters));
            }}
            size="sm"
            variant="outline"
          >
            Clear the filters
          </Button>
        )}
      </HStack>
    </Stack>
  );
};
