import type { SeriesOfKey } from "src/api/client";

/** A version with the numbers that were said of it. */
export interface Step {
  readonly id: string;
  readonly version: string;
  readonly at: string;
  readonly values: ReadonlyMap<string, number>;
}

/** The versions that any of some series has a number of, oldest first. */
export const stepsOf = (series: readonly SeriesOfKey[]): Step[] => {
  const steps = new Map<string, Step & { readonly values: Map<string, number> }>();
  for (const { key, points } of series) {
    for (const { id, version, at, value } of points) {
      const step = steps.get(id) ?? { id, version, at, values: new Map<string, number>() };
      step.values.set(key, value);
      steps.set(id, step);
    }
  }
  return [...steps.values()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
};
