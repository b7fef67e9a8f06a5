/** A layout in the words of xyflow. */

import { type Edge, MarkerType, type Node, Position } from "@xyflow/react";

import type { Layout, RunBox } from "src/graph/layout";
import { linkName } from "src/graph/names";
import type { Link, Picture, Vertex } from "src/graph/picture";

export type VertexFlow = Node<{ readonly vertex: Vertex }, "vertex">;
export type RunFlow = Node<{ readonly box: RunBox; readonly onCollapse: (dag: string) => void }, "run">;
export type LinkFlow = Edge<{ readonly link: Link }, "link">;

/** Where links begin and end, told beforehand, as sizes are: xyflow links and fits only what it has measured. */
const handles = (width: number, height: number) =>
  (["target", "source"] as const).map((type) => ({
    type,
    position: type === "source" ? Position.Right : Position.Left,
    x: type === "source" ? width : 0,
    y: height / 2,
    width: 1,
    height: 1,
  }));

// The button in it says what it is.
const plain = { "aria-roledescription": undefined, "aria-describedby": undefined };

/** The vertices in the picture's order, which is that of the tab key; the boxes of DAG runs behind them. */
export const flowNodes = (
  picture: Picture,
  { runs, vertices }: Layout,
  onCollapse: (dag: string) => void,
): (RunFlow | VertexFlow)[] => [
  ...runs.map((box): RunFlow => ({
    id: `run ${box.group.id}`,
    type: "run",
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    data: { box, onCollapse },
    zIndex: -1,
  })),
  ...picture.vertices.flatMap((vertex): VertexFlow[] => {
    const box = vertices.get(vertex.id);
    return box === undefined
      ? []
      : [
          {
            id: vertex.id,
            type: "vertex",
            position: { x: box.x, y: box.y },
            width: box.width,
            height: box.height,
            measured: { width: box.width, height: box.height },
            handles: handles(box.width, box.height),
            data: { vertex },
            domAttributes: plain,
          },
        ];
  }),
];

export const flowEdges = ({ links }: Picture): LinkFlow[] =>
  links.map((link) => ({
    id: link.id,
    type: "link",
    source: link.source,
    target: link.target,
    data: { link },
    ariaLabel: linkName(link),
    markerEnd: { type: MarkerType.ArrowClosed, color: "var(--xy-edge-stroke)" },
  }));
