import { Box } from "@chakra-ui/react";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, Position } from "@xyflow/react";

import { useDrawing } from "src/graph/drawing";
import type { LinkFlow } from "src/graph/flow";
import { vertexSize } from "src/graph/layout";
import type { Link } from "src/graph/picture";

/** Reused edges are dashed and copies dotted, as the legend says. */
export const dashes: Partial<Record<Link["kind"], string>> = { reused: "7 5", copy: "2 5" };

type Ends = Parameters<typeof getBezierPath>[0];

/** A link that leads back leaves at the left and arrives at the right, instead of going around both. */
const turned = (ends: Ends): Ends =>
  ends.targetX + vertexSize.width > ends.sourceX
    ? ends
    : {
        sourceX: ends.sourceX - vertexSize.width,
        sourceY: ends.sourceY,
        sourcePosition: Position.Left,
        targetX: ends.targetX + vertexSize.width,
        targetY: ends.targetY,
        targetPosition: Position.Right,
      };

/** An arrow whose name shows while it stands out. */
export const LinkEdge = ({ data, id, markerEnd, ...ends }: EdgeProps<LinkFlow>) => {
  const { lit } = useDrawing();
  const [path, x, y] = getBezierPath(turned(ends));
  const standsOut = lit?.links.has(id) ?? false;
  const style = {
    opacity: lit === null || standsOut ? 1 : 0.25,
    strokeDasharray: data && dashes[data.link.kind],
    strokeWidth: standsOut ? 2.5 : 1.5,
  };
  return (
    <>
      <BaseEdge path={path} style={style} {...(markerEnd === undefined ? {} : { markerEnd })} />
      {standsOut && data ? (
        <EdgeLabelRenderer>
          <Box
            bg="bg"
            borderRadius="sm"
            borderWidth={1}
            className="nodrag nopan"
            fontSize="xs"
            maxW="28"
            lineHeight="short"
            pointerEvents="none"
            position="absolute"
            px={1}
            style={{ transform: `translate(-50%, -115%) translate(${x}px, ${y}px)` }}
            truncate
            zIndex={1001}
          >
            {data.link.kind === "copy" ? "copy" : data.link.names.join(", ")}
          </Box>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
};
