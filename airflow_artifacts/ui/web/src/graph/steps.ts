import type { Layout } from "src/graph/layout";
import { around } from "src/graph/order";
import type { Picture } from "src/graph/picture";

export const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;

type Arrow = (typeof arrows)[number];

export const isArrow = (key: string): key is Arrow => (arrows as readonly string[]).includes(key);

/** What shares an end of a link with a vertex, on the same side of it. */
const siblings = ({ links }: Picture, id: string): string[] => {
  const { from, to } = around(links, id);
  return [
    ...from.flatMap(({ source }) => around(links, source).to.map(({ target }) => target)),
    ...to.flatMap(({ target }) => around(links, target).from.map(({ source }) => source)),
  ];
};

/** The vertex to which an arrow key leads: along a link to the nearest one, or up and down among those beside it. */
export const step = (picture: Picture, { vertices }: Layout, id: string, arrow: Arrow): string | undefined => {
  const height = (one: string) => vertices.get(one)?.y ?? 0;
  const off = (one: string) => height(one) - height(id);
  const { from, to } = around(picture.links, id);
  const candidates = {
    ArrowLeft: () => from.map(({ source }) => source),
    ArrowRight: () => to.map(({ target }) => target),
    ArrowUp: () => siblings(picture, id).filter((one) => off(one) < 0),
    ArrowDown: () => siblings(picture, id).filter((one) => off(one) > 0),
  }[arrow]();
  return candidates.toSorted((one, other) => Math.abs(off(one)) - Math.abs(off(other)))[0];
};
