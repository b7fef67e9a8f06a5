import type { DecidedRun } from "src/api/client";

const often = 3000;
const seldom = 15_000;
// For as long after the last task ended the next one may be about to begin.
const recent = 120_000;

/** After how many milliseconds to ask again: often while something runs, seldom while more may come, else not at all. */
export const pollEvery = (runs: readonly DecidedRun[] | undefined, now: number): number | false => {
  if (runs?.some(({ task_run }) => task_run.state === "running")) {
    return often;
  }
  const ended = runs?.map(({ task_run }) => Date.parse(task_run.ended_at ?? task_run.started_at)) ?? [];
  return ended.length === 0 || now - Math.max(...ended) < recent ? seldom : false;
};
