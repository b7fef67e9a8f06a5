import { Table, Text } from "@chakra-ui/react";

import type { Column } from "src/api/client";
import { inLine } from "src/components/figure";
import { Histogram, isSpread } from "src/components/Histogram";
import { TopValues } from "src/pages/version/TopValues";

/** What has a column of its own. */
export const measures = ["nulls", "distinct", "min", "max", "mean", "std"] as const;

const placed = new Set<string>([...measures, "histogram", "top"]);

/** What was measured of a column and has none of its own. */
export const besidesOf = ({ statistics }: Column): [string, unknown][] =>
  Object.entries(statistics).filter(([key]) => !placed.has(key));

const Spread = ({ column: { name, statistics } }: Pick<Props, "column">) => {
  if (isSpread(statistics.histogram)) {
    return <Histogram label={name} spread={statistics.histogram} />;
  }
  return Array.isArray(statistics.top) ? <TopValues top={statistics.top} /> : null;
};

interface Props {
  readonly column: Column;
  /** Whether any row has what no column of its own is for. */
  readonly hasBesides: boolean;
}

/** A column of a table as a row of one. */
export const ColumnRow = ({ column, hasBesides }: Props) => {
  const { name, statistics, type } = column;
  const besides = besidesOf(column);
  return (
    <Table.Row verticalAlign="top">
      <Table.ColumnHeader maxW="16rem" overflowWrap="anywhere" scope="row" whiteSpace="normal">
        {name}
      </Table.ColumnHeader>
      <Table.Cell color="fg.muted">{type ?? "unknown"}</Table.Cell>
      <Table.Cell minW="40">
        <Spread column={column} />
      </Table.Cell>
      {measures.map((measure) => (
        <Table.Cell key={measure} textAlign="end" whiteSpace="nowrap">
          {statistics[measure] === undefined ? null : inLine(statistics[measure])}
        </Table.Cell>
      ))}
      <Table.Cell hidden={!hasBesides}>
        {besides.map(([key, value]) => (
          <Text key={key} whiteSpace="nowrap">
            {key}: {inLine(value)}
          </Text>
        ))}
      </Table.Cell>
    </Table.Row>
  );
};
