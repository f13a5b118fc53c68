import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join, microBatches, part } from "../../src/engine/onnx/micro-batch.js";

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
        const batches = microBatches(data, PAD, rowLimit);
        const members = batches.flatMap((b) => b.members);
        const scored = data.flatMap(({ completion }, i) => (completion.length > 0 ? [i] : []));
        expect([...members].sort((a, b) => a - b)).toEqual(scored);
        for (const { rows, time, members: own, tokens: ids } of batches) {
          expect([rows, ids.length]).toEqual([own.length, rows * time]);
          expect(rows).toBeLessThanOrEqual(Math.max(1, rowLimit(time)));
          const lengths = own.map((i) => data[i]!.prompt.length + data[i]!.completion.length - 1);
          expect(Math.max(...lengths)).toBe(time);
        }
        // Longest first, so that the batches hold sequences of like lengths.
        expect(batches.map((b) => b.time)).toEqual(batches.map((b) => b.time).sort((a, b) => b - a));
      }),
    );
  });

  it("scores each completion token at the position of the token before it, and pads at the end", () => {
    fc.assert(
      fc.property(sequences, limit, (data, rowLimit) => {
        for (const batch of microBatches(data, PAD, rowLimit)) {
          let at = 0;
          batch.members.forEach((member, row) => {
            const { prompt, completion } = data[member]!;
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

  it("part undoes join, whatever the order of the data", () => {
    fc.assert(
      fc.property(sequences, limit, (data, rowLimit) => {
        const values = data.map(({ completion }, i) => Float32Array.from(completion, (_, t) => 100 * i + t));
        const back: Float32Array[] = data.map(() => new Float32Array(0));
        for (const batch of microBatches(data, PAD, rowLimit)) {
          const joined = join(batch, (i) => values[i]!);
          expect(joined.length).toBe(batch.scored.length);
          part(batch, data, joined, (i, own) => {
            back[i] = own;
          });
        }
        expect(back).toEqual(values);
      }),
    );
  });
});
