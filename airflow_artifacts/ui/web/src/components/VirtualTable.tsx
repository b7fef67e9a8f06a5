import { Box, Table } from "@chakra-ui/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";

import { type Column, VirtualRow } from "src/components/VirtualRow";

export type { Column } from "src/components/VirtualRow";

interface Props<T> {
  readonly columns: readonly Column<T>[];
  readonly height: string;
  /** What screen readers call it. */
  readonly label: string;
  readonly keyOf: (row: T) => string;
  /** Asks for more rows; called before the end comes into sight, if there may be more. */
  readonly onNearEnd?: () => void;
  /** Where in the browser's history it stands; each place keeps how far it was scrolled. */
  readonly place?: string;
  readonly rows: readonly T[];
  /** How many rows there are in all, loaded or not; undefined where nobody counted. */
  readonly total: number | undefined;
}

// So many rows before the end more are asked for: about four screens.
const ahead = 80;

const offsets = new Map<string, number>();

// Chakra tells each element by itself where it may break.
const breaking = { "& td, & td *": { overflowWrap: "anywhere" } };

const spacer = (height: number) => (
  <tr aria-hidden>
    <td style={{ height, padding: 0 }} />
  </tr>
);

/** A table of any length, of which only what is in sight exists; screen readers still hear how long it is. */
export const VirtualTable = <T,>({ columns, height, label, keyOf, onNearEnd, place, rows, total }: Props<T>) => {
  const area = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by what it returns
  const virtual = useVirtualizer({
    count: rows.length,
    estimateSize: () => 44,
    getItemKey: (at) => keyOf(rows[at] as T),
    getScrollElement: () => area.current,
    initialOffset: () => offsets.get(place ?? "") ?? 0,
    onChange: ({ scrollOffset }) => {
      if (place !== undefined) {
        offsets.set(place, scrollOffset ?? 0);
      }
    },
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useLayoutEffect(() => {
    if (place !== undefined && area.current) {
      area.current.scrollTop = offsets.get(place) ?? 0;
    }
  }, [place]);
  useEffect(() => {
    if (last >= rows.length - ahead) {
      onNearEnd?.();
    }
  }, [last, onNearEnd, place, rows.length]);
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <Box aria-label={label} maxH={height} minH={0} overflow="auto" ref={area} role="region" tabIndex={0}>
      <Table.Root
        aria-label={label}
        aria-rowcount={total === undefined ? -1 : total + 1}
        css={breaking}
        size="sm"
        stickyHeader
        tableLayout="fixed"
      >
        <Table.Header>
          <Table.Row aria-rowindex={1}>
            {columns.map((column) => (
              <Table.ColumnHeader
                aria-sort={column.sorted}
                key={column.key}
                scope="col"
                w={column.width}
                {...(column.wideOnly && { hideBelow: "md" })}
              >
                {column.header}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {spacer(shown[0]?.start ?? 0)}
          {shown.map(({ index, key }) => (
            <VirtualRow
              columns={columns}
              index={index}
              key={String(key)}
              measure={virtual.measureElement}
              row={rows[index] as T}
            />
          ))}
          {spacer(below)}
        </Table.Body>
      </Table.Root>
    </Box>
  );
};
