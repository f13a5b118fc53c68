/** Jobs that streams take: whatever the order in which they come, every job is done once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claims, Lanes, Queue, takeAll } from "../../src/engine/onnx/threads/claims.js";

/** Streams that take a job and finish it at times that are drawn; what each of them did, in the order of the ends. */
function play(streams: readonly Claims[], turns: readonly number[]) {
  const at = streams.map((): number | null => null);
  const ended = streams.map(() => false);
  const begun: number[] = [];
  const finished: number[] = [];
  for (let turn = 0; ended.includes(false); turn++) {
    const s = (turns[turn % turns.length] as number) % streams.length;
    // Nobody waits for ever.
    const stream = turn % 7 === 0 ? (turn / 7) % streams.length : s;
    const job = at[stream];
    if (job !== null && job !== undefined) {
      streams[stream]!.finish(job);
      finished.push(job);
      at[stream] = null;
    } else if (!ended[stream]) {
      const taken = streams[stream]!.take();
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
        const memory = Queue.memory();
        const { begun, finished } = play(
          all(streams).map(() => new Queue(memory, jobs)),
          order,
        );
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
        const memory = Lanes.memory(streams + 1);
        const own = all(streams).map(() => new Lanes(memory, jobs));
        const { begun, finished } = play(own, order);
        expect(sorted(finished)).toEqual(all(jobs));
        for (const lane of all(streams + 1)) {
          const mine = all(jobs).filter((job) => own[0]!.laneOf(job) === lane);
          expect(begun.filter((job) => mine.includes(job))).toEqual(mine);
          expect(finished.filter((job) => mine.includes(job))).toEqual(mine);
        }
      }),
    );
  });

  it("give nobody a job of a lane that somebody is at, and always one of another", () => {
    const memory = Lanes.memory(3);
    const [one, other] = [new Lanes(memory, 9), new Lanes(memory, 9)];
    const held = one.take()!;
    const seen: number[] = [];
    for (let job = other.take(); job !== null; job = other.take()) {
      seen.push(job);
      other.finish(job);
    }
    expect(sorted(seen)).toEqual(all(9).filter((job) => one.laneOf(job) !== one.laneOf(held)));
    one.finish(held);
    expect(other.take()).toBe(held + 3);
  });
});

describe("takeAll", () => {
  it.each([
    ["a queue", () => Queue.memory(), Queue],
    ["lanes", () => Lanes.memory(3), Lanes],
  ])("of %s: when one fails, the others end the job that they are at", async (_, memoryOf, Kind) => {
    const memory = memoryOf();
    const seen: number[] = [];
    const slow = takeAll(new Kind(memory, 20), async (job) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(job);
      return job;
    });
    const bad = takeAll(new Kind(memory, 20), () => Promise.reject(new Error("broken")));
    await expect(bad).rejects.toThrow("broken");
    expect(await slow).toEqual([{ job: 0, result: 0 }]);
    expect(seen).toEqual([0]);
  });
});
