import { Heading, SimpleGrid, Stack } from "@chakra-ui/react";

import type { Day } from "src/api/client";
import { BarChart } from "src/components/charts/BarChart";
import { Duration, duration } from "src/components/Duration";
import { Fold } from "src/components/Fold";
import { Panel } from "src/components/Panel";
import { type Column, VirtualTable } from "src/components/VirtualTable";
import { Spans } from "src/pages/overview/Spans";

const columns: readonly Column<Day>[] = [
  { key: "day", header: "Day", cell: ({ day }) => day },
  { key: "hits", header: "Cached", cell: ({ hits }) => hits.toLocaleString("en") },
  { key: "misses", header: "Missed", cell: ({ misses }) => misses.toLocaleString("en") },
  { key: "uncached", header: "Uncached", cell: ({ uncached }) => uncached.toLocaleString("en") },
  { key: "saved", header: "Time saved", cell: ({ seconds_saved }) => <Duration seconds={seconds_saved} /> },
];

// What an axis says needs no thousandths that are none.
const clock = (seconds: number): string => duration(seconds).replace(/\.000$/, "");

/** What the cache decided and saved, day by day. */
export const Days = ({ days }: { readonly days: readonly Day[] }) => {
  const labels = days.map(({ day }) => day.slice(5));
  return (
    <Panel aside={<Spans />} title="The cache, day by day">
      <SimpleGrid columns={{ base: 1, lg: 2 }} gap={4}>
        <Stack minW={0}>
          <Heading as="h3" size="sm">
            Task runs
          </Heading>
          <BarChart
            bars={[
              { colour: "green.solid", label: "cached", values: days.map(({ hits }) => hits) },
              { colour: "orange.solid", label: "missed", values: days.map(({ misses }) => misses) },
              { colour: "border.emphasized", label: "uncached", values: days.map(({ uncached }) => uncached) },
            ]}
            label="Task runs per day by what the cache decided; the numbers are in the table below"
            labels={labels}
            shown={(runs) => runs.toLocaleString("en")}
          />
        </Stack>
        <Stack minW={0}>
          <Heading as="h3" size="sm">
            Time saved
          </Heading>
          <BarChart
            bars={[{ colour: "blue.fg", label: "time saved", values: days.map((day) => day.seconds_saved) }]}
            label="Time saved per day; the numbers are in the table below"
            labels={labels}
            shown={clock}
          />
        </Stack>
      </SimpleGrid>
      <Fold title="The numbers as a table">
        {() => (
          <VirtualTable
            columns={columns}
            height="20rem"
            keyOf={({ day }) => day}
            label="What the cache decided per day"
            rows={days}
            total={days.length}
          />
        )}
      </Fold>
    </Panel>
  );
};
