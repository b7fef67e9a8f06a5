import Papa from "papaparse";
import { useMemo } from "react";

import { Code } from "src/components/Code";
import type { TableData } from "src/previews/shapes";
import { TablePreview } from "src/previews/TablePreview";

// Not "1e5" or "007", which may be names.
const decimal = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** The rows of a CSV, its first line as names; numbers only where they look the same as numbers. */
export const csvTable = (text: string): TableData => {
  const [columns = [], ...rows] = Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
  const cell = (value: string): unknown =>
    decimal.test(value) && String(Number(value)) === value ? Number(value) : value;
  return { columns, rows: rows.map((row) => row.map(cell)), total_rows: null, types: [] };
};

interface Props {
  readonly label: string;
  readonly text: string;
}

export const CsvPreview = ({ label, text }: Props) => {
  const table = useMemo(() => csvTable(text), [text]);
  return table.rows.length === 0 ? (
    <Code label={label} language="text" text={text} />
  ) : (
    <TablePreview label={label} table={table} />
  );
};
