/** Jobs that streams take: whatever the order in which they come, every job is done once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claims, Lanes, Queue } from "../../src/engine/onnx/tasks/claims.js";
import { together } from "../../src/engine/onnx/tasks/together.js";

/** Streams that take a job and finish it at times that are drawn; what each of them did, in the order of the ends. */
function play(claims: Claims, streams: number, turns: readonly number[]) {
  const at = new Array<number | null>(streams).fill(null);
  const ended = at.map(() => false);
  const begun: number[] = [];
  const finished: number[] = [];
  for (let turn = 0; ended.includes(false); turn++) {
    const s = (turns[turn % turns.length] as number) % streams;
    // Nobody waits for ever.
    const stream = turn % 7 === 0 ? (turn / 7) % streams : s;
    const job = at[stream];
    if (job !== null && job !== undefined) {
      claims.finish(job);
      finished.push(job);
      at[stream] = null;
    } else if (!ended[stream]) {
      const taken = claims.take();
      if (taken === null) ended[stream] = true;
      else begun.push(taken);
      at[stream] = taken;
    }
  }
  return { begun, finished };
}

const counts = { streams: fc.integer({ min: 1, max: 4 }), jobs: fc.nat(30) };
const turns = fc.array(fc.nat(3), { minLength: 1, maxLength: 40 });
const all = (jobs: number) => Array.from({ length: jobs }, (_, i) => i);
const sorted = (jobs: readonly number[]) => jobs.toSorted((a, b) => a - b);

describe("Queue", () => {
  it("gives each job out once, in order", () => {
    fc.assert(
      fc.property(counts.streams, counts.jobs, turns, (streams, jobs, order) => {
        const { begun, finished } = play(new Queue(jobs), streams, order);
        expect(begun).toEqual(all(jobs));
        expect(sorted(finished)).toEqual(all(jobs));
      }),
    );
  });
});

describe("Lanes", () => {
  it("give each job out once, and those of a lane one after another in order", () => {
    fc.assert(
      fc.property(counts.streams, counts.jobs, turns, (streams, jobs, order) => {
        const lanes = new Lanes(jobs, streams + 1);
        const { begun, finished } = play(lanes, streams, order);
        expect(sorted(finished)).toEqual(all(jobs));
        for (const lane of all(streams + 1)) {
          const mine = all(jobs).filter((job) => lanes.laneOf(job) === lane);
          expect(begun.filter((job) => mine.includes(job))).toEqual(mine);
          expect(finished.filter((job) => mine.includes(job))).toEqual(mine);
        }
      }),
    );
  });

  it("give nobody a job of a lane that somebody is at, and always one of another", () => {
    const lanes = new Lanes(9, 3);
    const held = lanes.take()!;
    const seen: number[] = [];
    for (let job = lanes.take(); job !== null; job = lanes.take()) {
      seen.push(job);
      lanes.finish(job);
    }
    expect(sorted(seen)).toEqual(all(9).filter((job) => lanes.laneOf(job) !== lanes.laneOf(held)));
    lanes.finish(held);
    expect(lanes.take()).toBe(held + 3);
  });
});

describe("together", () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("gives what comes of the jobs in their order, whoever does them", async () => {
    const by = (ms: number) => async (job: number) => {
      await wait(ms);
      return 10 * job;
    };
    expect(await together(new Queue(9), [by(1), by(7), by(3)])).toEqual(all(9).map((job) => 10 * job));
    expect(await together(new Queue(0), [by(1)])).toEqual([]);
  });

  it.each([
    ["a queue", () => new Queue(20)],
    ["lanes", () => new Lanes(20, 3)],
  ])("of %s: when one fails, the others end the job that they are at", async (_, claims) => {
    const seen: number[] = [];
    const slow = async (job: number) => {
      await wait(20);
      seen.push(job);
    };
    const bad = () => Promise.reject(new Error("broken"));
    await expect(together<void>(claims(), [slow, bad])).rejects.toThrow("broken");
    expect(seen).toEqual([0]);
  });
});
