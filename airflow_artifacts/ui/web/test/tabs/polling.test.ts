import { describe, expect, it } from "vitest";

import type { DecidedRun, TaskRun } from "src/api/client";
import { pollEvery } from "src/tabs/run/polling";
import { taskRun } from "../pictures";

const run = (changed: Partial<TaskRun>): DecidedRun => ({
  task_run: taskRun("fit", changed),
  decision: null,
  inputs: [],
  outputs: [],
});

const ended = { ended_at: "2026-11-25T20:01:00Z" };
const after = (seconds: number) => Date.parse(ended.ended_at) + 1000 * seconds;

describe("pollEvery", () => {
  it("asks often while a task runs", () => {
    expect(pollEvery([run(ended), run({ state: "running", ended_at: null })], after(9999))).toBe(3000);
  });

  it("asks seldom before anything began, and between two tasks", () => {
    expect(pollEvery([], after(0))).toBe(15_000);
    expect(pollEvery([run(ended)], after(10))).toBe(15_000);
  });

  it("stops when all has ended long ago", () => {
    expect(pollEvery([run(ended)], after(600))).toBe(false);
  });
});
