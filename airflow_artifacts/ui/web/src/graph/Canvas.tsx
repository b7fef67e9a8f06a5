import "@xyflow/react/dist/style.css";

import { Box } from "@chakra-ui/react";
import { Background, Controls, MiniMap, ReactFlow } from "@xyflow/react";
import { useMemo, useRef } from "react";

import { useColourMode } from "src/components/useColourMode";
import { DrawingContext } from "src/graph/drawing";
import { flowEdges, flowNodes } from "src/graph/flow";
import { layout } from "src/graph/layout";
import { LinkEdge } from "src/graph/LinkEdge";
import type { Picture } from "src/graph/picture";
import { RunBoxNode } from "src/graph/RunBoxNode";
import { theme } from "src/graph/theme";
import { useFit } from "src/graph/useFit";
import { focused, useFocus } from "src/graph/useFocus";
import { useInSight } from "src/graph/useInSight";
import { useLit } from "src/graph/useLit";
import { VertexNode } from "src/graph/VertexNode";

const nodeTypes = { vertex: VertexNode, run: RunBoxNode };
const edgeTypes = { link: LinkEdge };

// With as many vertices one page shows all; beyond, xyflow draws only what is in sight.
const drawnAtOnce = 150;

const unused = { deleteKeyCode: null, selectionKeyCode: null, multiSelectionKeyCode: null, panActivationKeyCode: null };
const fixed = { nodesDraggable: false, nodesConnectable: false, nodesFocusable: false, edgesFocusable: false };

interface Props {
  /** Whether it stands in a page that scrolls: the wheel then scrolls the page. */
  readonly embedded: boolean;
  readonly onCollapse: (dag: string) => void;
  readonly onSelect: (id: string | null) => void;
  readonly picture: Picture;
  readonly selected: string | null;
}

/** The drawn graph: pan, zoom, and move through it by pointer and keyboard. */
export const Canvas = ({ embedded, onCollapse, onSelect, picture, selected }: Props) => {
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useMemo(() => layout(picture), [picture]);
  const nodes = useMemo(() => flowNodes(picture, drawn, onCollapse), [picture, drawn, onCollapse]);
  const edges = useMemo(() => flowEdges(picture), [picture]);
  const { lit, onLink, onVertex } = useLit(picture, selected);
  const { onKeyDown } = useFocus(frame, picture, drawn);
  useFit(frame, drawn, picture.root);
  useInSight(frame, drawn, selected);
  const colorMode = useColourMode();
  const { root } = picture;
  const drawing = useMemo(() => ({ lit, root, selected, select: onSelect }), [lit, root, selected, onSelect]);
  return (
    <DrawingContext value={drawing}>
      <Box
        css={theme}
        h="full"
        onBlur={() => {
          onVertex(null);
        }}
        onFocus={({ target }) => {
          onVertex(focused(target));
        }}
        onKeyDown={onKeyDown}
        ref={frame}
        w="full"
      >
        <ReactFlow
          {...unused}
          {...fixed}
          aria-label="Lineage graph; arrow keys follow the links"
          colorMode={colorMode}
          edges={edges}
          edgeTypes={edgeTypes}
          minZoom={0.05}
          nodes={nodes}
          nodeTypes={nodeTypes}
          onEdgeMouseEnter={(_, edge) => {
            onLink(edge.data?.link ?? null);
          }}
          onEdgeMouseLeave={() => {
            onLink(null);
          }}
          onlyRenderVisibleElements={picture.vertices.length > drawnAtOnce}
          onNodeMouseEnter={(_, node) => {
            onVertex(node.type === "vertex" ? node.id : null);
          }}
          onNodeMouseLeave={() => {
            onVertex(null);
          }}
          onPaneClick={() => {
            onSelect(null);
          }}
          preventScrolling={!embedded}
          zoomOnScroll={!embedded}
        >
          <Background />
          <Controls showInteractive={false} />
          {picture.vertices.length > drawnAtOnce ? <MiniMap ariaLabel="Overview" pannable zoomable /> : null}
        </ReactFlow>
      </Box>
    </DrawingContext>
  );
};
