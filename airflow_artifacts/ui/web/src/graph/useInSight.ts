import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";

import type { Layout } from "src/graph/layout";

/** Brings the selected vertex back into sight where its details, which take room, pushed it out. */
export const useInSight = (
  frame: RefObject<HTMLElement | null>,
  { vertices }: Layout,
  selected: string | null,
): void => {
  const { getViewport, setCenter } = useReactFlow();
  useEffect(() => {
    const box = vertices.get(selected ?? "");
    if (!box || !frame.current) {
      return;
    }
    const { x, y, zoom } = getViewport();
    const [left, top] = [box.x * zoom + x, box.y * zoom + y];
    const right = left + box.width * zoom;
    const bottom = top + box.height * zoom;
    if (left < 0 || top < 0 || right > frame.current.clientWidth || bottom > frame.current.clientHeight) {
      void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom });
    }
  }, [frame, getViewport, selected, setCenter, vertices]);
};
