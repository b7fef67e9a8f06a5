import { Button } from "@chakra-ui/react";

import type { Filters, Sort } from "src/pages/list/filters";

interface Props {
  readonly change: (next: Partial<Filters>) => void;
  readonly filters: Filters;
  readonly label: string;
  readonly sort: Sort;
}

/** The head of a column that orders the list by it, and again the other way round. */
export const SortButton = ({ change, filters, label, sort }: Props) => {
  const by = filters.sort === sort;
  const descending = by ? !filters.descending : sort !== "name";
  return (
    <Button
      h="auto"
      minW={0}
      onClick={() => {
        change({ sort, descending });
      }}
      p={0}
      size="sm"
      variant="plain"
    >
      {label}
      <span aria-hidden style={by ? undefined : { opacity: 0.4 }}>
        {by ? (filters.descending ? "↓" : "↑") : "↕"}
      </span>
    </Button>
  );
};

/** How a column is ordered, as `aria-sort` says it. */
export const sorted = (filters: Filters, sort: Sort): "ascending" | "descending" | undefined =>
  filters.sort === sort ? (filters.descending ? "descending" : "ascending") : undefined;
