import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, type RefObject, useCallback } from "react";

import type { Layout } from "src/graph/layout";
import type { Picture } from "src/graph/picture";
import { isArrow, step } from "src/graph/steps";

/** How many frames xyflow is given to draw a vertex that was out of sight. */
const patience = 30;

/** The button of a vertex, if it is drawn. */
export const buttonOf = (frame: HTMLElement | null, id: string): HTMLElement | undefined =>
  [...(frame?.querySelectorAll<HTMLElement>("[data-vertex]") ?? [])].find(({ dataset }) => dataset.vertex === id);

/** The vertex that has the focus. */
export const focused = (target: EventTarget): string | null =>
  target instanceof HTMLElement ? (target.dataset.vertex ?? null) : null;

/** Moves the focus: along the links by arrow keys, and by the tab key through vertices that are not drawn yet, too. */
export const useFocus = (frame: RefObject<HTMLElement | null>, picture: Picture, layout: Layout) => {
  const { getZoom, setCenter } = useReactFlow();

  const focus = useCallback(
    (id: string) => {
      const box = layout.vertices.get(id);
      if (box) {
        void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(getZoom(), 0.6) });
      }
      const attempt = (left: number) => {
        const button = buttonOf(frame.current, id);
        if (button) {
          button.focus({ preventScroll: true });
        } else if (left > 0) {
          requestAnimationFrame(() => {
            attempt(left - 1);
          });
        }
      };
      attempt(patience);
    },
    [frame, getZoom, layout, setCenter],
  );

  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const id = focused(event.target);
      if (id === null) {
        return;
      }
      const place = picture.vertices.findIndex((vertex) => vertex.id === id);
      const next = isArrow(event.key)
        ? step(picture, layout, id, event.key)
        : event.key === "Tab"
          ? picture.vertices[place + (event.shiftKey ? -1 : 1)]?.id
          : undefined;
      if (next !== undefined) {
        event.preventDefault();
        focus(next);
      }
    },
    [focus, layout, picture],
  );

  return { focus, onKeyDown };
};
