import type { Difference } from "src/api/client";

/** What changed, in the words of a title, by the kinds of parts that a cache key has. */
const titles: readonly (readonly [string, readonly string[]])[] = [
  ["Code", ["code", "function", "class", "constant"]],
  ["Packages and Python", ["package", "interpreter"]],
  ["Inputs", ["input"]],
  ["Parameters", ["parameter"]],
  ["Run and its interval", ["context value", "interval", "task", "scope"]],
  ["Environment", ["environment variable", "Airflow Variable"]],
  ["Files", ["file"]],
  ["Outputs", ["output"]],
];

const titleOf = ({ kind }: Pick<Difference, "kind">): string =>
  titles.find(([, kinds]) => kinds.includes(kind))?.[0] ?? "Other";

/** Differences under their titles, in the order in which people look for a cause. */
export const grouped = (differences: readonly Difference[]): [string, Difference[]][] =>
  [...titles.map(([title]) => title), "Other"]
    .map((title): [string, Difference[]] => [title, differences.filter((one) => titleOf(one) === title)])
    .filter(([, those]) => those.length > 0);
