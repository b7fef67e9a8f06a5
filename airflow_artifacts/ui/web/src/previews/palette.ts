/** Colours for numbers, equally far apart to the eye and in order for the colour-blind too: the stops of viridis. */

type Colour = readonly [red: number, green: number, blue: number];

// https://bids.github.io/colormap, CC0.
const stops: readonly Colour[] = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
];

/** The colour of a share between 0 and 1. */
export const colour = (share: number): Colour => {
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(at), stops.length - 2);
  const mix = (channel: 0 | 1 | 2): number => {
    const [from, to] = [stops[below]?.[channel] ?? 0, stops[below + 1]?.[channel] ?? 0];
    return Math.round(from + (to - from) * (at - below));
  };
  return [mix(0), mix(1), mix(2)];
};

/** All of them from left to right, as CSS. */
export const gradient = `linear-gradient(to right, ${stops.map((stop) => `rgb(${stop.join(" ")})`).join(", ")})`;
