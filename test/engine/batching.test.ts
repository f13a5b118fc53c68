/** How sampling is batched is nobody's business: ragged prompts, finished rows, growing caches, chunks of rows. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Completion, SampleRequest } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { decodeProgram, prefillProgram } from "../../src/engine/onnx/programs/sampling.js";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { drawRows, type SamplingPrograms } from "../../src/engine/onnx/sampling/decode-loop.js";
import { Handover } from "../../src/engine/onnx/sampling/handover.js";
import { KvCache } from "../../src/engine/onnx/sampling/kv-cache.js";
import { longestRow, type Stream, sample } from "../../src/engine/onnx/sampling/sampling.js";
import { GQA, MHA, temporaryModel } from "./tiny-model.js";

/** Lengths on both sides of every multiple of 16, by which the cache grows. */
const LENGTHS = [1, 2, 16, 17, 18, 31, 40, 5, 1];

const requests = LENGTHS.map(
  (length, r): SampleRequest => ({
    prompt: Array.from({ length }, (_, i) => 2 + ((3 * i + r) % 10)),
    n: 1 + (r % 3),
    keys: Array.from({ length: 1 + (r % 3) }, (_, s) => [5, r, s]),
  }),
);
const options = { maxTokens: 40, temperature: 1 };
const tokens = (groups: readonly (readonly Completion[])[]) => groups.map((g) => g.map((c) => c.tokens));

describe.each([
  ["multi-head attention", MHA],
  ["grouped queries", GQA],
])("%s", (_, config) => {
  let folder: string;
  let core: OnnxCore;
  let together: Completion[][];
  const open = (memoryBudgetMiB = 256) => new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB });
  beforeAll(async () => {
    folder = temporaryModel(config, 3);
    core = open();
    together = await core.sample("current", requests, options);
  });

  it("prompts of unlike lengths together as each alone", async () => {
    const alone = [];
    for (const request of requests) alone.push(...(await core.sample("current", [request], options)));
    expect(tokens(alone)).toEqual(tokens(together));
  });

  it("rows that finish at different times, as if they had gone on and been cut", async () => {
    const ends = together.flat().map((c) => c.tokens.length);
    expect(new Set(ends).size).toBeGreaterThan(4);
    const full = (await core.sample("current", requests, { ...options, stopTokens: [] })).flat();
    together.flat().forEach(({ tokens: ended }, i) => {
      expect(full[i]!.tokens.slice(0, ended.length)).toEqual(ended);
    });
  });

  it("logprobs of long completions as a scoring pass has them", async () => {
    for (const all of [options, { ...options, stopTokens: [] }]) {
      const groups = await core.sample("current", requests, all);
      const data = groups.flatMap((g, r) =>
        g.map((c) => ({ prompt: requests[r]!.prompt, completion: c.tokens })),
      );
      const scores = await core.logprobs("current", data);
      groups.flat().forEach(({ logprobs }, i) => {
        expect(logprobs.length).toBe(scores[i]!.length);
        for (const [t, l] of logprobs.entries()) expect(Math.abs(l - scores[i]![t]!)).toBeLessThan(1e-4);
      });
    }
  });

  it("more rows than fit, a few at a time", async () => {
    const seen: number[] = [];
    const many = Array.from({ length: 40 }, () => requests).flat();
    const small = await open(188).sample("current", many, {
      ...options,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(tokens(small.slice(0, requests.length))).toEqual(tokens(together));
    expect(tokens(small.slice(-requests.length))).toEqual(tokens(together));
    // More calls than one batch would make: the rows were drawn in several.
    expect(seen.length).toBeGreaterThan(options.maxTokens);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(seen.at(-1)).toBe(1);
  });
});

describe("prompts", () => {
  it("are prefilled once each, no more at a time than the limit, and as before", async () => {
    const policy = openPolicy({ folder: temporaryModel(GQA, 3) }, null);
    const batches: (readonly number[])[] = [];
    const prefill = compile(prefillProgram(policy), 1);
    const programs: SamplingPrograms = {
      prefill: {
        ...prefill,
        run: (feeds) => {
          batches.push(feeds.ids!.dims);
          return prefill.run(feeds);
        },
      },
      decode: compile(decodeProgram(policy), 1),
    };
    const draw = (prefillRows: (time: number) => number) => {
      const cache = new KvCache(policy.config);
      const rowsOf = new Map(LENGTHS.map((length) => [length - 1, prefillRows(length - 1)]));
      const sampling = { policy, programs, cache, handover: new Handover(), prefillRows: rowsOf };
      const longest = longestRow(requests, options);
      const own: Stream = {
        draw: (rows, onDrawn) => drawRows(sampling, rows, longest, options, onDrawn),
        share: async () => [],
      };
      return sample([own], [...requests, ...requests], options, 100);
    };
    const together = await draw(() => 100);
    // Seven of the prompts have more than the one token that decoding begins with.
    expect(batches.splice(0)).toEqual([[7, 39]]);
    const apart = await draw((time) => (time > 20 ? 1 : 3));
    expect(batches).toEqual([
      [1, 39],
      [1, 30],
      [3, 17],
      [2, 4],
    ]);
    expect(tokens(apart)).toEqual(tokens(together));
  });
});

describe("what a broken policy leaves in the cache", () => {
  it("does not reach the next sample", async () => {
    const folder = temporaryModel(MHA, 3);
    const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 256 });
    const clean = await core.sample("base", requests, options);
    // A step so long that keys and values overflow.
    const datum = { prompt: [2], completion: [3, 4], weights: Float32Array.of(1, 1), policyVersion: 0 };
    await core.forwardBackward([datum], { kind: "cross-entropy" });
    const adam = { learningRate: 1e30, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 0 };
    await core.optimStep(adam);
    const broken = await core.sample("current", requests, options);
    expect(broken.flat().some((c) => c.logprobs.some(Number.isNaN))).toBe(true);
    expect(await core.sample("base", requests, options)).toEqual(clean);
  });
});
