import { Box, chakra, HStack, Text, VisuallyHidden } from "@chakra-ui/react";
import { Handle, type NodeProps, Position } from "@xyflow/react";

import { useDrawing } from "src/graph/drawing";
import type { VertexFlow } from "src/graph/flow";
import { fullName, shortName, spoken, subtitle } from "src/graph/names";
import type { Vertex } from "src/graph/picture";
import { Symbol } from "src/graph/Symbol";

// Told apart by shape too: versions are boxes, task runs pills, DAGs thick boxes, and what is hidden dashed.
const shapes: Record<Vertex["kind"], object> = {
  version: { borderRadius: "sm", borderColor: "blue.solid", bg: "blue.subtle" },
  task_run: { borderRadius: "full", borderColor: "border.emphasized", bg: "bg" },
  hidden: { borderRadius: "sm", borderStyle: "dashed", borderColor: "border.emphasized", bg: "bg.subtle" },
  dag: { borderRadius: "md", borderStyle: "double", borderColor: "fg.muted", bg: "bg.muted" },
};

const Ends = () => (
  <>
    <Handle isConnectable={false} position={Position.Left} style={{ opacity: 0 }} type="target" />
    <Handle isConnectable={false} position={Position.Right} style={{ opacity: 0 }} type="source" />
  </>
);

const Lines = ({ isRoot, vertex }: { readonly isRoot: boolean; readonly vertex: Vertex }) => (
  <Box flex="1" minW={0} textAlign="left">
    <Text fontSize="sm" fontWeight={isRoot ? "bold" : "medium"} lineHeight="short" truncate>
      {shortName(vertex)}
    </Text>
    <Text color="fg.muted" fontSize="xs" lineHeight="short" truncate>
      {isRoot ? "root · " : ""}
      {subtitle(vertex)}
    </Text>
  </Box>
);

/** A vertex as a button that shows its details. */
export const VertexNode = ({ data: { vertex } }: NodeProps<VertexFlow>) => {
  const { lit, root, select, selected } = useDrawing();
  const isRoot = root === vertex.id;
  const dimmed = lit !== null && !lit.vertices.has(vertex.id);
  return (
    <>
      <Ends />
      <chakra.button
        {...shapes[vertex.kind]}
        _focusVisible={{ outline: "3px solid", outlineColor: "blue.focusRing", outlineOffset: "2px" }}
        aria-pressed={selected === vertex.id}
        borderWidth={vertex.kind === "dag" ? 3 : 1}
        boxShadow={isRoot || selected === vertex.id ? "0 0 0 2px var(--lineage-mark)" : undefined}
        color="fg"
        cursor="pointer"
        data-vertex={vertex.id}
        h="full"
        onClick={() => {
          select(vertex.id);
        }}
        opacity={dimmed ? 0.35 : 1}
        px={vertex.kind === "task_run" ? 5 : 3}
        title={fullName(vertex)}
        transition="opacity 0.1s"
        type="button"
        w="full"
      >
        <HStack gap={2}>
          <Symbol kind={vertex.kind} />
          <Lines isRoot={isRoot} vertex={vertex} />
          <VisuallyHidden>{spoken(vertex)}</VisuallyHidden>
        </HStack>
      </chakra.button>
    </>
  );
};
