import { Table } from "@chakra-ui/react";
import { memo, type ReactNode, type Ref } from "react";

/** A column of a table of rows `T`. */
export interface Column<T> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: T) => ReactNode;
  /** Of the table, such as `20%`; columns without one share what is left. */
  readonly width?: string;
  /** Whether narrow windows go without it. */
  readonly wideOnly?: boolean;
  readonly sorted?: "ascending" | "descending" | undefined;
}

interface Props<T> {
  readonly columns: readonly Column<T>[];
  readonly index: number;
  readonly measure: Ref<HTMLTableRowElement>;
  readonly row: T;
}

const Row = <T,>({ columns, index, measure, row }: Props<T>) => (
  <Table.Row aria-rowindex={index + 2} data-index={index} ref={measure}>
    {columns.map((column) => (
      <Table.Cell key={column.key} {...(column.wideOnly && { hideBelow: "md" })}>
        {column.cell(row)}
      </Table.Cell>
    ))}
  </Table.Row>
);

/** A row of a table; scrolling draws anew only those that come into sight. */
export const VirtualRow = memo(Row) as typeof Row;
