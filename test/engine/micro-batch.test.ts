import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join, microBatches, split } from "../../src/engine/onnx/training/micro-batch.js";
import { packed } from "./packed.js";

const PAD = 99;
const tokens = (minLength: number) => fc.array(fc.nat({ max: 50 }), { minLength, maxLength: 9 });
const sequences = fc.array(fc.record({ prompt: tokens(1), completion: tokens(0) }), { maxLength: 12 });
/** Rows allowed for a length: a total of tokens, as a memory budget allows, or a fixed number. */
const limit = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((total) => (time: number) => Math.floor(total / time)),
  fc.integer({ min: 1, max: 5 }).map((rows) => () => rows),
);

describe("microBatches", () => {
  it("packs every datum that has a completion once, within the limit of rows", () => {
    fc.assert(
      fc.property(sequences, limit, (data, rowLimit) => {
        const batches = packed(data, rowLimit, PAD);
        const members = batches.flatMap((b) => b.members);
        const scored = data.flatMap(({ completion }, i) => (completion.length > 0 ? [i] : []));
        expect([...members].sort((a, b) => a - b)).toEqual(scored);
        for (const { members: own, rows: held, batch } of batches) {
          const { rows, time, tokens: ids } = batch;
          expect(held).toEqual(own.map((i) => data[i]));
          expect([rows, ids.length]).toEqual([own.length, rows * time]);
          expect(rows).toBeLessThanOrEqual(Math.max(1, rowLimit(time)));
          const lengths = own.map((i) => data[i]!.prompt.length + data[i]!.completion.length - 1);
          expect(Math.max(...lengths)).toBe(time);
        }
        // Longest first, so that the batches hold sequences of like lengths.
        const times = batches.map(({ batch }) => batch.time);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }),
    );
  });

  it("scores each completion token at the position of the token before it, and pads at the end", () => {
    fc.assert(
      fc.property(sequences, limit, (data, rowLimit) => {
        for (const { rows, batch } of packed(data, rowLimit, PAD)) {
          let at = 0;
          rows.forEach(({ prompt, completion }, row) => {
            const fed = [...prompt, ...completion].slice(0, -1);
            const line = Array.from(batch.tokens.slice(row * batch.time, (row + 1) * batch.time));
            expect(line).toEqual([...fed, ...new Array(batch.time - fed.length).fill(PAD)]);
            completion.forEach((token, t) => {
              expect(Number(batch.scored[at])).toBe(row * batch.time + prompt.length - 1 + t);
              expect(Number(batch.targets[at])).toBe(token);
              at++;
            });
          });
          expect([batch.scored.length, batch.targets.length]).toEqual([at, at]);
        }
      }),
    );
  });

  it("split undoes join", () => {
    fc.assert(
      fc.property(sequences, (data) => {
        const values = data.map(({ completion }, i) => Float32Array.from(completion, (_, t) => 100 * i + t));
        expect(split(join(values), data)).toEqual(values);
      }),
    );
  });
});

describe("micro-batches of several streams", () => {
  const equal = (count: number) =>
    Array.from({ length: count }, () => ({ prompt: [1], completion: [2, 3, 4] }));
  const sizes = (count: number, most: number, least: number, streams: number) =>
    microBatches(equal(count), { most: () => most, least: () => least, streams }).map(
      ({ members }) => members.length,
    );

  it("become smaller towards the end", () => {
    expect(sizes(64, 16, 8, 2)).toEqual([16, 16, 11, 8, 7, 6]);
    expect(sizes(32, 16, 8, 2)).toEqual([11, 8, 7, 6]);
    expect(sizes(64, 16, 8, 4)).toEqual([11, 9, 8, 8, 8, 8, 6, 6]);
    expect(sizes(64, 16, 8, 1)).toEqual([16, 16, 16, 16]);
  });

  it("hold every datum once, none more than the limit, and none much less than the least", () => {
    const natural = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(natural(300), natural(40), natural(40), natural(5), (count, most, least, streams) => {
        const found = sizes(count, most, least, streams);
        expect(found.reduce((a, b) => a + b)).toBe(count);
        expect(Math.max(...found)).toBeLessThanOrEqual(most);
        const few = Math.min(most, least, count) * 0.6;
        // Where the limit is near the least, what is left at the end may be anything.
        if (streams > 1 && most >= 2 * least)
          expect(Math.min(...found)).toBeGreaterThanOrEqual(Math.floor(few));
      }),
    );
  });
});
