import { Field, Input, Stack, Table, Text } from "@chakra-ui/react";
import { useDeferredValue, useState } from "react";

import type { Column } from "src/api/client";
import { besidesOf, ColumnRow, measures } from "src/pages/version/ColumnRow";

// So many are drawn at once; fewer need no filter.
const drawn = 100;
const few = 12;

interface Props {
  readonly columns: readonly Column[];
}

/** The columns of a table: their types, what was measured of each, and how its values are spread. */
export const ColumnsTable = ({ columns }: Props) => {
  const [text, setText] = useState("");
  const sought = useDeferredValue(text.toLowerCase());
  const found = columns.filter(({ name }) => name.toLowerCase().includes(sought));
  const hasBesides = columns.some((column) => besidesOf(column).length > 0);
  return (
    <Stack gap={3}>
      {columns.length <= few ? null : (
        <Field.Root maxW="sm">
          <Field.Label>Filter the columns</Field.Label>
          <Input
            onChange={({ target }) => {
              setText(target.value);
            }}
            size="sm"
            type="search"
            value={text}
          />
        </Field.Root>
      )}
      <Text aria-live="polite" color="fg.muted" fontSize="sm">
        {found.length === columns.length ? `${columns.length} columns` : `${found.length} of ${columns.length} columns`}
        {found.length > drawn ? `, the first ${drawn} shown` : ""}
      </Text>
      <Table.ScrollArea aria-label="Columns" role="region" tabIndex={0}>
        <Table.Root aria-label="Columns" size="sm">
          <Table.Header>
            <Table.Row>
              <Table.ColumnHeader scope="col">Column</Table.ColumnHeader>
              <Table.ColumnHeader scope="col">Type</Table.ColumnHeader>
              <Table.ColumnHeader scope="col">Values</Table.ColumnHeader>
              {measures.map((measure) => (
                <Table.ColumnHeader key={measure} scope="col" textAlign="end" textTransform="capitalize">
                  {measure}
                </Table.ColumnHeader>
              ))}
              <Table.ColumnHeader hidden={!hasBesides} scope="col">
                Besides
              </Table.ColumnHeader>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {found.slice(0, drawn).map((column, at) => (
              <ColumnRow column={column} hasBesides={hasBesides} key={`${at} ${column.name}`} />
            ))}
          </Table.Body>
        </Table.Root>
      </Table.ScrollArea>
    </Stack>
  );
};
