import { HStack, NativeSelect } from "@chakra-ui/react";

import type { Filters, Sort } from "src/pages/list/filters";

const orders: readonly (readonly [string, Sort, boolean])[] = [
  ["Newest first", "updated", true],
  ["Oldest first", "updated", false],
  ["By name, A to Z", "name", false],
  ["By name, Z to A", "name", true],
  ["Largest first", "size", true],
  ["Smallest first", "size", false],
];

interface Props {
  readonly change: (next: Partial<Filters>) => void;
  readonly filters: Filters;
}

/** The order of the list, where the window is too narrow for the heads of all columns. */
export const SortChoice = ({ change, filters }: Props) => (
  <HStack hideFrom="md">
    <NativeSelect.Root size="sm" w="auto">
      <NativeSelect.Field
        aria-label="Order"
        onChange={(event) => {
          const [, sort, descending] = orders[Number(event.target.value)] ?? ["", "updated", true];
          change({ sort, descending });
        }}
        value={orders.findIndex(([, sort, descending]) => sort === filters.sort && descending === filters.descending)}
      >
        {orders.map(([label], at) => (
          <option key={label} value={at}>
            {label}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  </HStack>
);
