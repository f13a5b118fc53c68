/** The cache as the decode program sees it: what its feeds hold, column by column. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyName, newKeyName, newValueName, valueName } from "../../src/engine/onnx/programs/sampling.js";
import { arrayOf, floats, type Tensors } from "../../src/engine/onnx/runtime/tensor.js";
import { KvCache } from "../../src/engine/onnx/sampling/kv-cache.js";
import type { ModelConfig } from "../../src/model/config.js";
import { MHA } from "./tiny-model.js";

const CONFIG: ModelConfig = { ...MHA, layers: 2, kvHeads: 2, headDim: 8 };
const { layers, kvHeads, headDim } = CONFIG;

/** A number that says whose it is: sequence, position, tensor, head, component. */
const mark = (sequence: number, position: number, tensor: number, head: number, d: number) =>
  sequence * 1e5 + position * 100 + tensor * 20 + head * 10 + d + 1;

/** Keys and values [sequences, kvHeads, positions, headDim] of every layer, as a program returns them. */
function outputs(
  sequences: readonly number[],
  positionsOf: (sequence: number) => readonly number[],
): Tensors {
  const entries = Array.from({ length: layers }, (_, layer) => [
    newKeyName(layer),
    newValueName(layer),
  ]).flat();
  const time = positionsOf(sequences[0]!).length;
  return Object.fromEntries(
    entries.map((name, tensor) => {
      const data = sequences.flatMap((sequence) =>
        Array.from({ length: kvHeads }, (_, head) =>
          positionsOf(sequence).map((position) =>
            Array.from({ length: headDim }, (__, d) => mark(sequence, position, tensor, head, d)),
          ),
        ).flat(2),
      );
      return [name, floats(Float32Array.from(data), [sequences.length, kvHeads, time, headDim])];
    }),
  );
}

/** Expects the rows of the cache to hold these sequences, of so many positions each, and nothing else to be seen. */
function expectContents(cache: KvCache, rows: readonly { sequence: number; length: number }[]): void {
  const { feeds } = cache.tensors();
  const capacity = feeds[keyName(0)]!.dims[2]!;
  expect(cache.lengths).toEqual(rows.map((r) => r.length));
  expect(Array.from(arrayOf<Int32Array>(feeds.past))).toEqual(rows.map(() => capacity - 1));
  expect(Array.from(arrayOf<Int32Array>(feeds.total))).toEqual([capacity]);
  const bias = arrayOf<Float32Array>(feeds.bias);
  expect(feeds.bias!.dims).toEqual([rows.length, 1, 1, capacity]);
  rows.forEach(({ sequence, length }, row) => {
    // The last column is the next token's; those before it are the row's, as many as it has.
    const masked = capacity - 1 - length;
    const seen = Array.from(bias.subarray(row * capacity, (row + 1) * capacity), (value) => value === 0);
    expect(seen).toEqual(range(capacity).map((column) => column >= masked));
    const names = Array.from({ length: layers }, (_, layer) => [keyName(layer), valueName(layer)]).flat();
    names.forEach((name, tensor) => {
      const { dims } = feeds[name]!;
      const data = arrayOf<Float32Array>(feeds[name]);
      expect(dims).toEqual([rows.length, kvHeads, capacity, headDim]);
      for (let head = 0; head < kvHeads; head++)
        for (let column = 0; column < capacity - 1; column++)
          for (let d = 0; d < headDim; d++) {
            const at = ((row * kvHeads + head) * capacity + column) * headDim + d;
            const found = data[at];
            const position = column - masked;
            if (position >= 0 && found !== mark(sequence, position, tensor, head, d))
              expect.fail(`${name}: row ${row} head ${head} position ${position} holds ${found}`);
            if (position < 0 && !Number.isFinite(found))
              expect.fail(`${name}: row ${row} head ${head}: masked column ${column} holds ${found}`);
          }
    });
  });
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** A cache of the given prompts. */
function prefilled(cache: KvCache, lengths: readonly number[], longest: number) {
  const time = Math.max(...lengths);
  cache.reset(lengths.length, time, longest);
  const prefill = outputs(range(lengths.length), () => range(time));
  const placements = lengths.map((length, row) => ({ row, prompt: row, length }));
  cache.setPrompts(prefill, time, placements);
  return lengths.map((length, sequence) => ({ sequence, length }));
}

/** Writes the next column of every row where the decode program would. */
function append(cache: KvCache, rows: { sequence: number; length: number }[]) {
  const column = outputs(
    rows.map((r) => r.sequence),
    (sequence) => [rows.find((r) => r.sequence === sequence)!.length],
  );
  for (const [name, tensor] of Object.entries(cache.tensors().into)) {
    const { dims } = tensor;
    const data = arrayOf<Float32Array>(tensor);
    const source = arrayOf<Float32Array>(column[name]);
    rows.forEach((_, row) => {
      for (let head = 0; head < kvHeads; head++) {
        const from = (row * kvHeads + head) * headDim;
        const to = ((row * kvHeads + head + 1) * dims[2]! - 1) * headDim;
        data.set(source.subarray(from, from + headDim), to);
      }
    });
  }
  cache.grow();
  for (const row of rows) row.length++;
}

describe("KvCache", () => {
  it("holds prompts of unlike lengths", () => {
    const cache = new KvCache(CONFIG);
    expectContents(cache, prefilled(cache, [3, 0, 20, 1], 40));
  });

  it("gives several rows the keys and values of one prompt", () => {
    const cache = new KvCache(CONFIG);
    cache.reset(3, 4, 20);
    const prefill = outputs([7, 8], () => range(4));
    cache.setPrompts(prefill, 4, [
      { row: 0, prompt: 1, length: 4 },
      { row: 1, prompt: 0, length: 2 },
      { row: 2, prompt: 1, length: 4 },
    ]);
    expectContents(cache, [
      { sequence: 8, length: 4 },
      { sequence: 7, length: 2 },
      { sequence: 8, length: 4 },
    ]);
  });

  it("keeps everything while it grows, a column at a time up to its capacity", () => {
    const cache = new KvCache(CONFIG);
    const rows = prefilled(cache, [2, 0, 13], 13 + 60);
    for (let t = 0; t < 60; t++) {
      append(cache, rows);
      expectContents(cache, rows);
    }
  });

  it("keeps the rows that are kept, in between and while it grows on", () => {
    const cache = new KvCache(CONFIG);
    let rows = prefilled(cache, [5, 1, 9, 0, 14], 14 + 50);
    for (const [steps, kept] of [
      [3, [0, 2, 3, 4]],
      [20, [1, 2]],
      [15, [1]],
    ] as const) {
      for (let t = 0; t < steps; t++) append(cache, rows);
      cache.keep(kept);
      rows = kept.map((row) => rows[row]!);
      expectContents(cache, rows);
    }
    append(cache, rows);
    expectContents(cache, rows);
    cache.keep([]);
    expect(cache.lengths).toEqual([]);
  });

  it("keeps everything through any order of steps and departures", () => {
    const plan = fc.array(
      fc.record({ steps: fc.integer({ min: 0, max: 40 }), leave: fc.integer({ min: 0, max: 2 }) }),
      {
        maxLength: 5,
      },
    );
    const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lengths, plan, (prompts, moves) => {
        const cache = new KvCache(CONFIG);
        const steps = moves.reduce((sum, move) => sum + move.steps, 0);
        let rows = prefilled(cache, prompts, Math.max(...prompts) + steps + 1);
        for (const move of moves) {
          for (let t = 0; t < move.steps; t++) append(cache, rows);
          const kept = range(rows.length).filter((row) => row !== move.leave || rows.length === 1);
          cache.keep(kept);
          rows = kept.map((row) => rows[row]!);
          expectContents(cache, rows);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("forgets what it held when it is reset, to more rows and to fewer", () => {
    const cache = new KvCache(CONFIG);
    for (const lengths of [[4, 4], [9, 1, 30, 2], [2]]) {
      const rows = prefilled(cache, lengths, 48);
      append(cache, rows);
      expectContents(cache, rows);
    }
  });
});
