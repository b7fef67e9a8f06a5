import { Button, HStack, Stack, Switch } from "@chakra-ui/react";
import { useCallback, useId, useState } from "react";

import { Chips, chipsOf } from "src/pages/list/Chips";
import { FilterFields } from "src/pages/list/FilterFields";
import type { Filters } from "src/pages/list/filters";
import { Search } from "src/pages/list/Search";

interface Props {
  readonly change: (next: Partial<Filters>, typed?: boolean) => void;
  readonly filters: Filters;
}

/** Search, filters, and the switch for unnamed outputs. */
export const Toolbar = ({ change, filters }: Props) => {
  const id = useId();
  const [open, setOpen] = useState(false);
  const used = chipsOf(filters).length;
  const search = useCallback(
    (text: string) => {
      change({ text }, true);
    },
    [change],
  );
  return (
    <Stack flexShrink={0} gap={3}>
      <HStack gap={3} role="search" wrap="wrap">
        <Search onSearch={search} text={filters.text} />
        <Button
          aria-controls={id}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
          size="sm"
          variant="outline"
        >
          {used === 0 ? "Filters" : `Filters (${used})`}
        </Button>
        <Switch.Root
          checked={filters.unnamed}
          onCheckedChange={({ checked }) => {
            change({ unnamed: checked });
          }}
        >
          <Switch.HiddenInput />
          <Switch.Control />
          <Switch.Label>Unnamed outputs</Switch.Label>
        </Switch.Root>
      </HStack>
      <div id={id}>{open ? <FilterFields change={change} filters={filters} /> : null}</div>
      <Chips change={change} filters={filters} />
    </Stack>
  );
};
