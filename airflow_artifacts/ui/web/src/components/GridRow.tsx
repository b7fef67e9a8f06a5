import { Box } from "@chakra-ui/react";
import type { VirtualItem } from "@tanstack/react-virtual";
import type { ReactNode } from "react";

import type { GridColumn } from "src/components/Grid";

interface Props {
  /** The columns in sight. */
  readonly across: readonly VirtualItem[];
  readonly cell: (column: number) => ReactNode;
  readonly columns: readonly GridColumn[];
  readonly height?: number;
  /** From 1, which is the head. */
  readonly number: number;
  readonly role: "cell" | "columnheader";
  readonly top?: number;
}

/** Those cells of a row that are in sight, each in its place. */
export const GridRow = ({ across, cell, columns, height, number, role, top }: Props) => (
  <Box
    aria-rowindex={number}
    borderTopWidth={top === undefined ? 0 : 1}
    role="row"
    style={top === undefined ? {} : { height, lineHeight: `${height ?? 0}px`, position: "absolute", top }}
    w="full"
  >
    {across.map((item) => (
      <Box
        aria-colindex={item.index + 1}
        key={item.key}
        overflow="hidden"
        position="absolute"
        px={3}
        role={role}
        style={{ insetInlineStart: item.start, width: item.size }}
        textAlign={columns[item.index]?.numeric === true ? "end" : "start"}
        textOverflow="ellipsis"
        whiteSpace="pre"
      >
        {cell(item.index)}
      </Box>
    ))}
  </Box>
);
