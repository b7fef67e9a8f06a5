import { Table } from "@chakra-ui/react";
import type { ReactNode } from "react";

interface Props {
  readonly heads: readonly string[];
  readonly label: string;
  /** Cells by row; the first of each names its row. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

/** A table short enough to be there as a whole. */
export const Rows = ({ heads, label, rows }: Props) => (
  <Table.ScrollArea w="full">
    <Table.Root aria-label={label} size="sm" whiteSpace="normal">
      <Table.Header>
        <Table.Row>
          {heads.map((head) => (
            <Table.ColumnHeader key={head} scope="col">
              {head}
            </Table.ColumnHeader>
          ))}
        </Table.Row>
      </Table.Header>
      <Table.Body>
        {rows.map(({ cells, key }) => (
          <Table.Row key={key} verticalAlign="top">
            {cells.map((cell, at) => (
              <Table.Cell key={heads[at]} overflowWrap="anywhere">
                {cell}
              </Table.Cell>
            ))}
          </Table.Row>
        ))}
      </Table.Body>
    </Table.Root>
  </Table.ScrollArea>
);
