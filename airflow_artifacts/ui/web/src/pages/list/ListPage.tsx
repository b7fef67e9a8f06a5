import { Box, Heading, HStack, Spacer, Spinner, Stack } from "@chakra-ui/react";
import { useMemo } from "react";
import { useLocation } from "react-router-dom";

import { Answered } from "src/components/Answered";
import { MoreFailed } from "src/components/MoreFailed";
import { useTimezone } from "src/components/Moment";
import { useTitle } from "src/components/useTitle";
import { VirtualTable } from "src/components/VirtualTable";
import { columnsOf } from "src/pages/list/columns";
import { Empty } from "src/pages/list/Empty";
import { queryOf } from "src/pages/list/filters";
import { SortChoice } from "src/pages/list/SortChoice";
import { Toolbar } from "src/pages/list/Toolbar";
import { useArtifacts } from "src/pages/list/useArtifacts";
import { useFilters } from "src/pages/list/useFilters";

/** How many artifacts there are, in words. */
const counted = (total: number, bound: boolean): string =>
  `${bound ? "more than " : ""}${total.toLocaleString("en")} ${total === 1 && !bound ? "artifact" : "artifacts"}`;

/** All artifacts: searched, narrowed and ordered. */
export const ListPage = () => {
  useTitle();
  const { filters, change } = useFilters();
  const { key } = useLocation();
  const zone = useTimezone();
  const query = useMemo(() => queryOf(filters, zone), [filters, zone]);
  const { asked, artifacts, first, more } = useArtifacts(query);
  const columns = useMemo(() => columnsOf(filters, change), [filters, change]);
  return (
    <Stack flex={1} gap={3}>
      <Toolbar change={change} filters={filters} />
      <HStack gap={3}>
        <Heading aria-live="polite" as="h1" size="md">
          {first ? counted(first.total, first.total_is_bound) : "Artifacts"}
        </Heading>
        {asked.isFetching && <Spinner aria-hidden size="xs" />}
        <Spacer />
        <SortChoice change={change} filters={filters} />
      </HStack>
      <Answered asked={asked}>
        {() =>
          artifacts.length === 0 ? (
            <Empty change={change} filters={filters} query={query} />
          ) : (
            <Box flex={1} minH="20rem" position="relative">
              <Box inset={0} position="absolute">
                <VirtualTable
                  columns={columns}
                  height="full"
                  keyOf={({ name }) => name}
                  label="Artifacts"
                  onNearEnd={more}
                  place={key}
                  rows={artifacts}
                  total={first?.total_is_bound ? undefined : first?.total}
                />
              </Box>
            </Box>
          )
        }
      </Answered>
      <MoreFailed asked={asked} />
    </Stack>
  );
};
