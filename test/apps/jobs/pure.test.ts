/** What the scheduler decides by: what fits, and how long it will take. */
import { describe, expect, it } from "vitest";
import { fits, machineLimits, threadsOf } from "../../../src/apps/jobs/limits.js";
import { timeLeft } from "../../../src/apps/jobs/time-left.js";

const limits = { jobs: 3, threads: 4, memory: 100 };
const need = (threads: number, bytes: number) => ({ threads, bytes });

describe("what fits beside what runs", () => {
  it.each([
    ["nothing runs, and it takes more than there is", need(9, 900), [], true],
    ["memory is enough to the byte", need(1, 40), [need(1, 60)], true],
    ["memory is a byte short", need(1, 41), [need(1, 60)], false],
    ["threads are enough", need(2, 1), [need(2, 1)], true],
    ["a thread is missing", need(3, 1), [need(2, 1)], false],
    ["as many run as may", need(1, 1), [need(1, 1), need(1, 1), need(1, 1)], false],
  ])("%s", (_, one, running, expected) => {
    expect(fits(one, running, limits)).toBe(expected);
  });

  it("takes the user's limits before the machine's", () => {
    expect(machineLimits({ jobs: 2, memoryMiB: 3 })).toMatchObject({ jobs: 2, memory: 3 * 2 ** 20 });
    expect(machineLimits({}).memory).toBeGreaterThan(2 ** 20);
    expect(machineLimits({}).jobs).toBe(Number.POSITIVE_INFINITY);
  });

  it("counts one thread where the config names none", () => {
    const engine = { memoryBudgetMiB: 1 };
    expect(threadsOf({ output: "", engine })).toBe(1);
    expect(threadsOf({ output: "", engine: { ...engine, threads: 3 } })).toBe(3);
  });
});

describe("the time left", () => {
  const train = (work: number, elapsed = 0) => ({ command: "train", work, elapsed }) as const;
  const timed = [{ command: "train", work: 10, seconds: 5 }] as const;

  it.each([
    ["nothing is left", [], 2, 0],
    ["one runs", [train(10, 2)], 1, 3],
    ["one runs for longer than it should", [train(10, 9)], 1, 0],
    ["two lanes share four", [train(10), train(10), train(10), train(10)], 2, 10],
    ["the longest ends last, whatever the lanes", [train(40), train(2)], 8, 20],
  ])("%s", (_, left, lanes, seconds) => {
    expect(timeLeft(timed, left, lanes)).toBe(seconds);
  });

  it("is unknown while a command was not timed", () => {
    expect(timeLeft(timed, [{ command: "pretrain", work: 1, elapsed: 0 }], 1)).toBeNull();
    expect(timeLeft([], [train(1)], 1)).toBeNull();
  });
});
