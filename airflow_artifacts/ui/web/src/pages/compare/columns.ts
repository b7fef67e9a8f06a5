/** Changes of statistics by the column that they are of. */

import type { Change, Column } from "src/api/client";

export interface ColumnDiff {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly before: Column | undefined;
  readonly now: Column | undefined;
}

export interface Grouped {
  readonly columns: readonly ColumnDiff[];
  /** What is of the value as a whole. */
  readonly others: readonly Change[];
}

/** Groups changes named `<column>.<statistic>`; names of columns may hold dots, so the longest that fits counts. */
export const byColumn = (changes: readonly Change[], before: readonly Column[], now: readonly Column[]): Grouped => {
  const names = new Set([...before, ...now].map(({ name }) => name));
  const columnOf = ({ name }: Change): string | undefined => {
    for (let dot = name.lastIndexOf("."); dot >= 0; dot = dot === 0 ? -1 : name.lastIndexOf(".", dot - 1)) {
      if (names.has(name.slice(0, dot))) {
        return name.slice(0, dot);
      }
    }
    return undefined;
  };
  const grouped = new Map<string | undefined, Change[]>();
  for (const change of changes) {
    const name = columnOf(change);
    grouped.set(name, [...(grouped.get(name) ?? []), change]);
  }
  const of = (columns: readonly Column[], name: string) => columns.find((column) => column.name === name);
  return {
    columns: [...names].flatMap((name) => {
      const some = grouped.get(name) ?? [];
      const inside = some.map((change) => ({ ...change, name: change.name.slice(name.length + 1) }));
      return some.length === 0 ? [] : [{ before: of(before, name), changes: inside, name, now: of(now, name) }];
    }),
    others: grouped.get(undefined) ?? [],
  };
};
