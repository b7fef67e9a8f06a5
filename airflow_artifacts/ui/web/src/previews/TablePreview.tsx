import { Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { inLine } from "src/components/figure";
import { Grid, type GridColumn } from "src/components/Grid";
import type { TableData } from "src/previews/shapes";

const isNumber = (cell: unknown): boolean => typeof cell === "number" || typeof cell === "bigint";

// What JSON has no number for.
const isNoNumber = (cell: unknown): boolean => typeof cell === "string" && /^[+-]?(nan|inf(inity)?)$/i.test(cell);

// Rows by which the width of a column is judged.
const judged = 50;

const columnsOf = ({ columns, rows, types }: TableData): GridColumn[] =>
  columns.map((name, at) => {
    const cells = rows.map((row) => row[at]).filter((cell) => cell !== null && cell !== undefined);
    const type = types[at] ?? "";
    return {
      name,
      numeric: cells.some(isNumber) && cells.every((cell) => isNumber(cell) || isNoNumber(cell)),
      type,
      width: Math.max(name.length, type.length, ...cells.slice(0, judged).map((cell) => cellText(cell).length)),
    };
  });

// What fits a cell; the whole of it stands in the tooltip.
const cellText = (cell: unknown): string =>
  typeof cell === "number" && !Number.isInteger(cell) ? String(Number(cell.toPrecision(8))) : wholeText(cell);

const wholeText = (cell: unknown): string => (isNumber(cell) ? String(cell) : inLine(cell));

const Cell = ({ value }: { readonly value: unknown }) =>
  value === null || value === undefined ? (
    <Text as="span" color="fg.muted" fontStyle="italic">
      null
    </Text>
  ) : (
    <span title={wholeText(value)}>{cellText(value)}</span>
  );

const extent = ({ columns, rows, total_rows: total }: TableData): string => {
  const all = total === null || total <= rows.length;
  const shown = rows.length.toLocaleString("en");
  const wide = `${columns.length} ${columns.length === 1 ? "column" : "columns"}`;
  return `${all ? shown : `The first ${shown} of ${total.toLocaleString("en")}`} rows, ${wide}`;
};

interface Props {
  readonly label: string;
  readonly table: TableData;
}

/** A table's first rows. */
export const TablePreview = ({ label, table }: Props) => {
  const columns = useMemo(() => columnsOf(table), [table]);
  return (
    <Stack gap={2}>
      <Text color="fg.muted" fontSize="sm">
        {extent(table)}
      </Text>
      <Grid
        cell={(row, column) => <Cell value={table.rows[row]?.[column]} />}
        columns={columns}
        label={label}
        rows={table.rows.length}
        total={table.total_rows ?? table.rows.length}
      />
    </Stack>
  );
};
