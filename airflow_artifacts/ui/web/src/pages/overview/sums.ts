import type { Day } from "src/api/client";

interface Sums {
  readonly hits: number;
  readonly misses: number;
  readonly uncached: number;
  readonly seconds: number;
}

/** What the cache decided on some days together. */
export const summed = (days: readonly Day[]): Sums =>
  days.reduce(
    (sums, day) => ({
      hits: sums.hits + day.hits,
      misses: sums.misses + day.misses,
      uncached: sums.uncached + day.uncached,
      seconds: sums.seconds + day.seconds_saved,
    }),
    { hits: 0, misses: 0, uncached: 0, seconds: 0 },
  );

/** A part of a whole in percent, and a dash of nothing. */
export const percent = (part: number, whole: number): string =>
  whole === 0
    ? "–"
    : `${((100 * part) / whole).toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} %`;

/** How many times larger, `1.5×`, and a dash against nothing. */
export const times = (one: number, other: number): string =>
  other === 0 ? "–" : `${(one / other).toLocaleString("en", { maximumFractionDigits: 2 })}×`;
