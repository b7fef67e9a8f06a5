import type { Version } from "src/api/client";

/** At most two versions, in the order in which they were picked. */
export type Pair = readonly Version[];

/** Picks a version or puts it back; a third takes the place of the first. */
export const toggled = (pair: Pair, version: Version): Pair =>
  pair.some(({ id }) => id === version.id) ? pair.filter(({ id }) => id !== version.id) : [...pair, version].slice(-2);

/** The two by age, the older one first, however they were picked; nothing unless there are two. */
export const byAge = ([one, other]: Pair): readonly [Version, Version] | undefined => {
  if (!one || !other) {
    return undefined;
  }
  return Date.parse(one.created_at) <= Date.parse(other.created_at) ? [one, other] : [other, one];
};
