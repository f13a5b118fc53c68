/** Rows that change streams while they are drawn: nobody can tell from the completions, to the last bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Completion, SampleRequest, SamplingOptions } from "../../src/engine/engine.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { decodeProgram, prefillProgram } from "../../src/engine/onnx/programs/sampling.js";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { drawRows, type Sampling } from "../../src/engine/onnx/sampling/decode-loop.js";
import {
  type GivenRow,
  HANDOVER_BYTES,
  Handover,
  worthGiving,
} from "../../src/engine/onnx/sampling/handover.js";
import { KvCache } from "../../src/engine/onnx/sampling/kv-cache.js";
import type { RowRequest } from "../../src/engine/onnx/sampling/row-request.js";
import { type Stream, sample } from "../../src/engine/onnx/sampling/sampling.js";
import { GQA, MHA, temporaryModel } from "./tiny-model.js";

const PROMPTS = [1, 2, 16, 17, 18, 31, 40, 5];
const rows: RowRequest[] = Array.from({ length: 100 }, (_, r) => ({
  prompt: Array.from({ length: PROMPTS[r % PROMPTS.length]! }, (__, i) => 2 + ((3 * i + r) % 10)),
  key: [5, r],
}));
const options: SamplingOptions = { maxTokens: 40, temperature: 1 };
const LONGEST = 80;

describe.each([
  ["multi-head attention", MHA],
  ["grouped queries", GQA],
])("rows that are given away: %s", (_, config) => {
  const policy = openPolicy({ folder: temporaryModel(config, 3) }, null);
  const programs = Promise.all([compile(prefillProgram(policy), 1), compile(decodeProgram(policy), 1)]);
  const prefillRows = new Map(PROMPTS.map((length) => [length - 1, 100]));
  /** A stream of its own. */
  const sampling = async (): Promise<Sampling> => {
    const [prefill, decode] = await programs;
    const own = { cache: new KvCache(config), handover: new Handover() };
    return { policy, programs: { prefill, decode }, prefillRows, ...own };
  };

  /** Draws rows, asked for some of them at each of these tokens, counted from where they begin; others go on with those, asked alike. */
  async function drawAsked(
    requests: readonly RowRequest[],
    at: readonly number[],
  ): Promise<{ completions: Completion[]; given: number }> {
    const stream = await sampling();
    const asked: Promise<readonly GivenRow[]>[] = [];
    const taken: { readonly given: readonly GivenRow[]; readonly drawn: readonly Completion[] }[] = [];
    let calls = 0;
    let given = 0;
    const found = await stream.handover.during(() =>
      drawRows(stream, requests, LONGEST, options, () => {
        if (at.includes(++calls) && asked.length === 0) asked.push(stream.handover.ask());
      }),
    );
    for (const promise of asked) {
      const rest = await promise;
      given += rest.length;
      if (rest.length === 0) continue;
      const more = await drawAsked(
        rest.map(({ row }) => row),
        at,
      );
      given += more.given;
      taken.push({ given: rest, drawn: more.completions });
    }
    const completions = [...found];
    for (const { given: rest, drawn } of taken)
      for (const [i, { at: place }] of rest.entries()) {
        expect(completions[place]).toBeNull();
        completions[place] = drawn[i]!;
      }
    expect(completions).not.toContain(null);
    return { completions: completions as Completion[], given };
  }

  it("are completed as if they had stayed", async () => {
    const { completions: alone, given: none } = await drawAsked(rows, []);
    expect(none).toBe(0);
    expect(new Set(alone.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(10);
    for (const at of [1, 2, 7]) {
      const { completions, given } = await drawAsked(rows, [at]);
      expect(given).toBeGreaterThan(15);
      expect(completions).toEqual(alone);
    }
  });

  it("depend on nobody beside them", async () => {
    const stream = await sampling();
    // Prompts of a token are not prefilled: how those are batched shows in the last bits.
    const short = rows.map(({ key }, r) => ({ prompt: [2 + (r % 10)], key }));
    const draw = (some: readonly RowRequest[]) => drawRows(stream, some, LONGEST, options, () => {});
    const together = await draw(short);
    for (const count of [2, 3, 13, 50])
      for (const from of [0, 31, 50])
        expect(await draw(short.slice(from, from + count))).toEqual(together.slice(from, from + count));
  });
});

describe("a cache that reads and writes", () => {
  it("has what another one had", () => {
    const one = new KvCache(MHA);
    const other = new KvCache(MHA);
    const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 });
    const memory = new Float32Array(1e6);
    fc.assert(
      fc.property(lengths, fc.nat(20), (given, more) => {
        const contents = given.map((length, r) =>
          Float32Array.from({ length: length * 2 * MHA.layers * MHA.kvHeads * 8 }, (_, i) => r * 1000 + i),
        );
        one.reset(given.length, Math.max(...given), 41);
        other.reset(given.length, Math.max(...given) + more, 80);
        for (const [row, content] of contents.entries()) one.write(row, content);
        for (const row of given.keys()) other.write(row, one.read(row, memory));
        expect(other.lengths).toEqual(given);
        for (const [row, content] of contents.entries()) expect(other.read(row, memory)).toEqual(content);
      }),
    );
  });
});

describe("Handover", () => {
  const given: GivenRow[] = [{ at: 3, row: { prompt: [1], key: [1] } }];

  it("gives nothing where nothing is drawn, nor twice at once, nor at the end", async () => {
    const handover = new Handover();
    expect(await handover.ask()).toEqual([]);
    const answers: Promise<readonly GivenRow[]>[] = [];
    const result = await handover.during(async () => {
      expect(handover.asked).toBe(false);
      answers.push(handover.ask());
      expect(handover.asked).toBe(true);
      expect(await handover.ask()).toEqual([]);
      handover.answer(given);
      expect(handover.asked).toBe(false);
      answers.push(handover.ask());
      return 7;
    });
    expect(result).toBe(7);
    expect(await Promise.all(answers)).toEqual([given, []]);
    expect(await handover.ask()).toEqual([]);
    await expect(
      handover.during(() => {
        answers.push(handover.ask());
        return Promise.reject(new Error("broken"));
      }),
    ).rejects.toThrow("broken");
    expect(await answers.at(-1)).toEqual([]);
  });

  it("gives half of the rows, if those are not too few, too short or too large", () => {
    expect(worthGiving(128, 30, 1000)).toBe(64);
    expect(worthGiving(33, 30, 1000)).toBe(16);
    expect(worthGiving(31, 30, 1000)).toBe(0);
    expect(worthGiving(128, 4, 1000)).toBe(64);
    expect(worthGiving(128, 3, 1000)).toBe(0);
    expect(worthGiving(128, 30, HANDOVER_BYTES / 20)).toBe(20);
    expect(worthGiving(128, 30, HANDOVER_BYTES / 15)).toBe(0);
  });
});

describe("streams that have nothing left", () => {
  const requests: SampleRequest[] = Array.from({ length: 8 }, (_, r) => ({
    prompt: [2],
    n: 16,
    keys: Array.from({ length: 16 }, (__, s) => [r, s]),
  }));
  const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

  /** Draws a token a row and tick, each the row's key, and gives half away when asked. */
  function stream(ticks: number, seen: string[], name: string, maxTokens = 12): Stream {
    let wanted: ((rows: GivenRow[]) => void) | null = null;
    return {
      async draw(given, onDrawn) {
        const all = given.map((row, at) => ({ row, at, tokens: [...(row.begun?.tokens ?? [])] }));
        const begun = all.reduce((sum, { tokens }) => sum + tokens.length, 0);
        seen.push(`${name} draws ${all.length}`);
        let alive = all;
        while (alive.some(({ tokens }) => tokens.length < maxTokens)) {
          for (let i = 0; i < ticks; i++) await tick();
          for (const { tokens, row } of alive) tokens.push(row.key[1]!);
          if (wanted) {
            const away = alive.slice(0, alive.length >> 1);
            alive = alive.slice(away.length);
            seen.push(`${name} gives ${away.length}`);
            wanted(
              away.map(({ row, at, tokens }) => ({
                at,
                row: { ...row, begun: { tokens, logprobs: [], cached: new Float32Array(0) } },
              })),
            );
            wanted = null;
          }
          onDrawn(all.reduce((sum, { tokens }) => sum + tokens.length, 0) - begun);
        }
        wanted?.([]);
        wanted = null;
        return all.map((row) =>
          alive.includes(row)
            ? { tokens: row.tokens, logprobs: new Float32Array(0), finish: "length" }
            : null,
        );
      },
      share: () =>
        new Promise((resolve) => {
          seen.push(`${name} is asked`);
          expect(wanted).toBeNull();
          wanted = resolve;
        }),
    };
  }

  it("take half of what the busiest has, and every completion lies where it belongs", async () => {
    const seen: string[] = [];
    const progress: number[] = [];
    const onProgress = (done: number, total: number) => progress.push(done / total);
    const streams = [stream(1, seen, "quick"), stream(20, seen, "slow"), stream(10, seen, "middling")];
    const completions = await sample(streams, requests, { maxTokens: 12, temperature: 1, onProgress }, 100);
    expect(completions.map((group) => group.map(({ tokens }) => tokens))).toEqual(
      requests.map(({ keys }) => keys.map(([, s]) => new Array(12).fill(s))),
    );
    expect(seen.slice(0, 3)).toEqual(["quick draws 43", "slow draws 43", "middling draws 42"]);
    expect(seen.slice(3, 6)).toEqual(["slow is asked", "slow gives 21", "quick draws 21"]);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
  });

  it("begin nothing more once one has failed", async () => {
    const seen: string[] = [];
    const broken: Stream = { ...stream(1, seen, "broken"), draw: () => Promise.reject(new Error("broken")) };
    const streams = [broken, stream(5, seen, "sound", 4)];
    await expect(sample(streams, requests, { maxTokens: 4, temperature: 1 }, 40)).rejects.toThrow("broken");
    expect(seen).toEqual(["sound draws 32"]);
  });
});
