import { Box } from "@chakra-ui/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";

import { GridRow } from "src/components/GridRow";

export interface GridColumn {
  readonly name: string;
  /** Stands below the name. */
  readonly type?: string;
  readonly numeric?: boolean;
  /** In characters; the grid keeps it within bounds. */
  readonly width: number;
}

interface Props {
  readonly cell: (row: number, column: number) => ReactNode;
  readonly columns: readonly GridColumn[];
  readonly label: string;
  readonly rows: number;
  /** How many there are in all, of which `rows` are here. */
  readonly total?: number;
}

const rowHeight = 32;
const headHeight = 48;

const pixels = ({ width }: GridColumn): number => 9.5 * Math.min(Math.max(width, 6), 40) + 28;

const Head = ({ column }: { readonly column: GridColumn | undefined }) => (
  <Box lineHeight="short" py={1} title={column?.name}>
    <Box fontWeight="semibold" truncate>
      {column?.name}
    </Box>
    <Box color="fg.muted" fontSize="xs" truncate>
      {column?.type}
    </Box>
  </Box>
);

/** A table of which only the cells in sight are drawn, so that it may be long and wide. */
export const Grid = ({ cell, columns, label, rows, total = rows }: Props) => {
  const scroller = useRef<HTMLDivElement>(null);
  const getScrollElement = () => scroller.current;
  // eslint-disable-next-line react-hooks/incompatible-library -- for the React compiler, which builds nothing here
  const down = useVirtualizer({
    count: rows,
    estimateSize: () => rowHeight,
    getScrollElement,
    overscan: 10,
    scrollMargin: headHeight,
  });
  const along = useVirtualizer({
    count: columns.length,
    estimateSize: (at) => pixels(columns[at] ?? { name: "", width: 0 }),
    getScrollElement,
    horizontal: true,
    overscan: 4,
  });
  const across = along.getVirtualItems();
  const row = { across, columns };
  return (
    <Box
      aria-label={label}
      borderRadius="md"
      borderWidth={1}
      fontSize="sm"
      maxH="min(70vh, 44rem)"
      overflow="auto"
      ref={scroller}
      role="region"
      tabIndex={0}
    >
      <Box
        aria-colcount={columns.length}
        aria-label={label}
        aria-rowcount={total + 1}
        minW="full"
        position="relative"
        role="table"
        style={{ height: headHeight + rows * rowHeight, width: along.getTotalSize() }}
      >
        <Box bg="bg.muted" position="sticky" role="rowgroup" style={{ height: headHeight }} top={0} zIndex={1}>
          <GridRow {...row} cell={(at) => <Head column={columns[at]} />} number={1} role="columnheader" />
        </Box>
        <Box role="rowgroup">
          {down.getVirtualItems().map(({ index, key, start }) => (
            <GridRow
              {...row}
              cell={(at) => cell(index, at)}
              height={rowHeight}
              key={key}
              number={index + 2}
              role="cell"
              top={start}
            />
          ))}
        </Box>
      </Box>
    </Box>
  );
};
