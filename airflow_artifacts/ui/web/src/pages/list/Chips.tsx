import { Button, HStack, Tag } from "@chakra-ui/react";

import { size } from "src/components/Size";
import { cleared, type Filters, nothing } from "src/pages/list/filters";

interface Chip {
  readonly label: string;
  /** What the filters are without it. */
  readonly without: Partial<Filters>;
}

const names = {
  type: "type",
  value_type: "Python type",
  dag_id: "DAG",
  alias: "alias",
  from: "updated from",
  until: "updated until",
  min_size: "size from",
  max_size: "size up to",
} as const;

/** What narrows the list but the search, each by itself. */
export const chipsOf = (filters: Filters): Chip[] => [
  ...Object.entries(names).flatMap(([key, name]) => {
    const value = filters[key as keyof typeof names];
    const shown = typeof value === "number" ? size(value) : value;
    return shown === undefined || shown === ""
      ? []
      : [{ label: `${name}: ${shown}`, without: { [key]: nothing[key as keyof typeof names] } }];
  }),
  ...filters.tags.map((tag) => ({
    label: `tag: ${tag}`,
    without: { tags: filters.tags.filter((other) => other !== tag) },
  })),
];

interface Props {
  readonly change: (next: Partial<Filters>) => void;
  readonly filters: Filters;
}

/** What narrows the list, each with a button that takes it away. */
export const Chips = ({ change, filters }: Props) => {
  const chips = chipsOf(filters);
  return chips.length === 0 ? null : (
    <HStack aria-label="Filters in use" gap={2} role="group" wrap="wrap">
      {chips.map(({ label, without }) => (
        <Tag.Root key={label} maxW="full" size="lg">
          <Tag.Label>{label}</Tag.Label>
          <Tag.EndElement>
            <Tag.CloseTrigger
              aria-label={`Remove ${label}`}
              onClick={() => {
                change(without);
              }}
            />
          </Tag.EndElement>
        </Tag.Root>
      ))}
      <Button
        onClick={() => {
          change(cleared(filters));
        }}
        size="xs"
        variant="ghost"
      >
        Clear all
      </Button>
    </HStack>
  );
};
