import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

import type { Box, Layout } from "src/graph/layout";

// Below it a label has fewer than nine pixels, which nobody can read.
const legible = 0.65;
// Where not all can be read.
const near = 0.8;
const margin = 24;

const extent = (boxes: readonly Box[]): Box => {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
};

/** Shows all that was laid out where it is legible, else the root and what stands around it, else where it begins. */
export const useFit = (frame: RefObject<HTMLElement | null>, { runs, vertices }: Layout, root: string | null): void => {
  const { setCenter } = useReactFlow();
  useEffect(() => {
    if (!frame.current || vertices.size === 0) {
      return;
    }
    const all = extent([...vertices.values(), ...runs]);
    const { clientHeight, clientWidth } = frame.current;
    const fitting = Math.min(clientWidth / (all.width + 2 * margin), clientHeight / (all.height + 2 * margin), 1);
    const first = vertices.get(root ?? "");
    if (fitting >= legible) {
      void setCenter(all.x + all.width / 2, all.y + all.height / 2, { zoom: fitting });
    } else if (first) {
      void setCenter(first.x + first.width / 2, first.y + first.height / 2, { zoom: near });
    } else {
      void setCenter(all.x - margin + clientWidth / near / 2, all.y + all.height / 2, { zoom: near });
    }
  }, [frame, root, runs, setCenter, vertices]);
};
