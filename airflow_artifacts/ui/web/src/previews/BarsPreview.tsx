import { Box, Table } from "@chakra-ui/react";

import { figure } from "src/components/figure";
import type { BarsData } from "src/previews/shapes";

/** Labels with their values, the largest first. */
export const ranked = ({ labels, values }: BarsData): readonly { readonly label: string; readonly value: number }[] =>
  labels.map((label, at) => ({ label, value: values[at] ?? 0 })).sort((one, other) => other.value - one.value);

interface Props {
  readonly bars: BarsData;
  readonly label: string;
}

/** Values as bars beside their labels; to screen readers a table. */
export const BarsPreview = ({ bars, label }: Props) => {
  const longest = Math.max(...bars.values.map(Math.abs), Number.MIN_VALUE);
  return (
    <Table.ScrollArea maxH="md" maxW="3xl">
      <Table.Root aria-label={label} size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>Name</Table.ColumnHeader>
            <Table.ColumnHeader textAlign="end">{bars.unit ?? "Value"}</Table.ColumnHeader>
            <Table.ColumnHeader aria-hidden w="60%" />
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {ranked(bars).map((one, at) => (
            <Table.Row key={`${at} ${one.label}`}>
              <Table.Cell overflowWrap="anywhere">{one.label}</Table.Cell>
              <Table.Cell textAlign="end">{figure(one.value)}</Table.Cell>
              <Table.Cell aria-hidden>
                <Box
                  bg={one.value < 0 ? "orange.solid" : "blue.solid"}
                  h={3}
                  style={{ width: `${(100 * Math.abs(one.value)) / longest}%` }}
                />
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
  );
};
