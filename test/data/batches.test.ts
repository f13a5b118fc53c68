import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchAt, refillAt } from "../../src/data/batches.js";

const pool = fc.integer({ min: 1, max: 60 });
const perStep = fc.integer({ min: 1, max: 90 });
const seed = fc.nat(1000);

/** The prompts of the first `steps` steps in a row. */
const sequence = (size: number, prompts: number, steps: number, seed: number) =>
  Array.from({ length: steps }, (_, step) => batchAt(size, step, prompts, seed)).flat();

describe("batchAt", () => {
  it("goes through every prompt once an epoch, across the ends of batches", () => {
    fc.assert(
      fc.property(pool, perStep, seed, (size, prompts, seed) => {
        const steps = Math.ceil((3 * size) / prompts);
        const all = sequence(size, prompts, steps, seed);
        expect(all).toHaveLength(steps * prompts);
        for (let epoch = 0; epoch < 3; epoch++) {
          const members = all.slice(epoch * size, (epoch + 1) * size);
          expect(new Set(members).size).toBe(size);
          expect(members.every((index) => index >= 0 && index < size)).toBe(true);
        }
      }),
    );
  });

  it("is a function of its arguments, whatever was asked before", () => {
    fc.assert(
      fc.property(
        pool,
        perStep,
        seed,
        fc.array(fc.nat(200), { maxLength: 20 }),
        (size, prompts, seed, detour) => {
          const before = batchAt(size, 7, prompts, seed);
          for (const step of detour) batchAt(size, step, prompts, seed + step);
          expect(batchAt(size, 7, prompts, seed)).toEqual(before);
        },
      ),
    );
  });

  it("gives the same order of prompts however it is cut into steps", () => {
    fc.assert(
      fc.property(pool, perStep, seed, (size, prompts, seed) => {
        const one = sequence(size, 1, 3 * prompts, seed);
        expect(sequence(size, prompts, 3, seed)).toEqual(one);
      }),
    );
  });

  it("shuffles each epoch and each seed anew", () => {
    const order = (epoch: number, seed: number) => batchAt(100, epoch, 100, seed);
    expect(order(1, 0)).not.toEqual(order(0, 0));
    expect(order(0, 1)).not.toEqual(order(0, 0));
  });

  it.each([
    [0, 0, 4],
    [4, 0, 0],
    [4, -1, 2],
    [4, 0, 1.5],
  ])("refuses a pool of %d, step %d, %d prompts a step", (size, step, prompts) => {
    expect(() => batchAt(size, step, prompts, 0)).toThrowError(
      expect.objectContaining({ code: "batch-impossible" }),
    );
  });
});

describe("refillAt", () => {
  const size = fc.integer({ min: 1, max: 12 });
  const step = fc.nat(500);

  it("repeats no prompt within a step while the pool lasts, the batch included", () => {
    fc.assert(
      fc.property(pool, step, size, seed, (poolSize, step, size, seed) => {
        const batch = batchAt(poolSize, step, size, seed);
        const rounds = Math.floor((poolSize - new Set(batch).size) / size);
        const others = Array.from({ length: rounds }, (_, r) =>
          refillAt(poolSize, step, r + 1, size, seed),
        ).flat();
        expect(others).toHaveLength(rounds * size);
        expect(new Set([...batch, ...others]).size).toBe(new Set(batch).size + others.length);
        // And then everything comes again: every prompt has been asked for after as many rounds as it takes.
        const more = Array.from({ length: rounds + 2 }, (_, r) =>
          refillAt(poolSize, step, r + 1, size, seed),
        ).flat();
        expect(more.every((i) => i >= 0 && i < poolSize)).toBe(true);
        expect(new Set([...batch, ...more]).size).toBeGreaterThanOrEqual(
          Math.min(poolSize, new Set(batch).size + others.length),
        );
      }),
    );
  });

  it("goes through the whole pool before any of it comes again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), step, seed, (poolSize, step, seed) => {
        const batch = batchAt(poolSize, step, 1, seed);
        const rest = Array.from({ length: poolSize - 1 }, (_, r) =>
          refillAt(poolSize, step, r + 1, 1, seed),
        ).flat();
        expect([...batch, ...rest].sort((a, b) => a - b)).toEqual(
          Array.from({ length: poolSize }, (_, i) => i),
        );
        const again = Array.from({ length: poolSize }, (_, r) =>
          refillAt(poolSize, step, poolSize + r, 1, seed),
        ).flat();
        expect(again.sort((a, b) => a - b)).toEqual(Array.from({ length: poolSize }, (_, i) => i));
      }),
    );
  });

  it("is a function of (seed, step, round), whatever was asked before", () => {
    fc.assert(
      fc.property(
        pool,
        step,
        size,
        seed,
        fc.array(fc.integer({ min: 1, max: 9 })),
        (n, step, size, seed, detour) => {
          const before = refillAt(n, step, 3, size, seed);
          for (const round of detour) refillAt(n, step + round, round, size, seed);
          expect(refillAt(n, step, 3, size, seed)).toEqual(before);
        },
      ),
    );
    expect(refillAt(100, 1, 1, 8, 0)).not.toEqual(refillAt(100, 2, 1, 8, 0));
    expect(refillAt(100, 1, 1, 8, 0)).not.toEqual(refillAt(100, 1, 1, 8, 1));
  });

  it("refuses round 0, which is the batch", () => {
    expect(() => refillAt(4, 0, 0, 2, 0)).toThrowError(expect.objectContaining({ code: "batch-impossible" }));
  });
});
