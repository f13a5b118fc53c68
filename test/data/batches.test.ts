import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchAt } from "../../src/data/batches.js";

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
