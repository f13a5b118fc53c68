/** Threads that help to sample: nobody can tell from the completions who drew them. */
import { OnnxEngine } from "selftrain";
import { describe, expect, it } from "vitest";
import type { AdamParams, Completion, Engine, SampleRequest } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { planMemory } from "../../src/engine/onnx/memory/memory-plan.js";
import type { RowRequest } from "../../src/engine/onnx/sampling/row-request.js";
import { type Stream, sample } from "../../src/engine/onnx/sampling/sampling.js";
import { EngineStream } from "../../src/engine/onnx/streams/stream.js";
import { GQA, temporaryFolder, temporaryModel } from "./tiny-model.js";

const ADAM: AdamParams = {
  learningRate: 0.05,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0,
  gradClipNorm: 0,
};
const options = { maxTokens: 24, temperature: 1 };
/** More rows than one stream takes at a time, of prompts of unlike lengths. */
const requests: SampleRequest[] = Array.from({ length: 50 }, (_, r) => ({
  prompt: Array.from({ length: 1 + (r % 9) }, (__, i) => 2 + ((3 * i + r) % 10)),
  n: 4 + (r % 5),
  keys: Array.from({ length: 4 + (r % 5) }, (__, s) => [5, r, s]),
}));

async function draw(engine: Engine, which: "current" | "base" | "copy" = "current"): Promise<Completion[]> {
  const sampler =
    which === "current"
      ? await engine.refreshSampler()
      : which === "base"
        ? await engine.baseSampler()
        : await engine.copySampler("reference");
  return (await sampler.sample(requests, options)).flat();
}

function expectSame(found: readonly Completion[], expected: readonly Completion[]) {
  expect(found.map(({ tokens, finish }) => [tokens, finish])).toEqual(
    expected.map(({ tokens, finish }) => [tokens, finish]),
  );
  for (const [i, { logprobs }] of found.entries())
    for (const [t, l] of logprobs.entries())
      expect(Math.abs(l - expected[i]!.logprobs[t]!)).toBeLessThan(1e-5);
}

async function train(engine: Engine): Promise<void> {
  const datum = { prompt: [2], completion: [3, 4, 5], weights: Float32Array.of(1, 1, 1), policyVersion: 0 };
  await engine.forwardBackward([datum], { kind: "cross-entropy" });
  await engine.optimStep(ADAM);
}

describe.each([
  ["the whole model", undefined],
  ["an adapter", { lora: { rank: 2, alpha: 4, targets: ["query", "down"] as const }, seed: 1 }],
])("threads that help, training %s", (_, lora) => {
  it("draw what one thread draws, of every policy, before and after training", async () => {
    const folder = temporaryModel(GQA, 3);
    const open = (threads: number) =>
      OnnxEngine.create({ model: { folder }, lora, threads, memoryBudgetMiB: 1200 });
    const [alone, helped] = [await open(1), await open(3)];
    const tell = (which?: "base" | "copy") => Promise.all([draw(helped, which), draw(alone, which)]);
    try {
      const start = await draw(alone);
      expectSame(await draw(helped), start);
      for (const engine of [alone, helped]) {
        await engine.updateCopy("reference");
        await train(engine);
      }
      const [now, expected] = await tell();
      expectSame(now, expected);
      expect(expected.map(({ tokens }) => tokens)).not.toEqual(start.map(({ tokens }) => tokens));
      for (const which of ["base", "copy"] as const) {
        const [found, known] = await tell(which);
        expectSame(found, known);
        expectSame(found, start);
      }
      const state = temporaryFolder();
      await alone.saveState(state);
      await train(helped);
      await helped.loadState(state);
      expectSame(await draw(helped), expected);
    } finally {
      await alone.close();
      await helped.close();
    }
  });
});

describe("more chunks than streams", () => {
  it("end in the same bytes, whoever comes first", async () => {
    const folder = temporaryModel(GQA, 3);
    const many = Array.from({ length: 8 }, (_, i) =>
      requests.map(({ keys, ...rest }) => ({ ...rest, keys: keys.map((key) => [...key, i]) })),
    ).flat();
    // How prompts are batched may show in the last bits, so it is the same for all streams.
    const { prefillRows } = planMemory({ config: GQA, lora: null }, { budgetMiB: 1024, threads: 2 }).streams({
      rows: 1000,
      prompt: 9,
      promptTokens: many.reduce((sum, { prompt }) => sum + prompt.length, 0),
      tokens: 33,
    });
    const table = new Map(
      many.map(({ prompt }) => [prompt.length - 1, prefillRows(Math.max(1, prompt.length - 1))]),
    );
    const run = async (delay: number) => {
      const seen: number[] = [];
      let streams = 0;
      class Delayed extends EngineStream {
        readonly #delay = streams++ === 0 ? delay : 0;
        override async draw(...args: Parameters<EngineStream["draw"]>) {
          const [, , drawing, rows] = args;
          expect(drawing.prefillRows).toEqual(table);
          if (this.#delay === delay) seen.push(rows.length);
          await new Promise((resolve) => setTimeout(resolve, this.#delay));
          return super.draw(...args);
        }
      }
      const core = new OnnxCore(
        { model: { folder }, threads: 2, memoryBudgetMiB: 1024 },
        (memory) => new Delayed(memory),
      );
      try {
        return { seen, completions: await core.sample("current", many, options) };
      } finally {
        core.close();
      }
    };
    const [prompt, slow] = [await run(0), await run(1500)];
    expect(slow.seen.length).toBeLessThan(prompt.seen.length);
    expect(slow.completions).toEqual(prompt.completions);
  });
});

describe("the plan", () => {
  const shape = { config: GQA, lora: null };
  /** Rows of prompts of their own. */
  const of = (rows: number, prompt: number) => ({ rows, prompt, promptTokens: rows * prompt });
  const threads = (budgetMiB: number, rows: number, count = 4) =>
    planMemory(shape, { budgetMiB, threads: count }).streams({ ...of(rows, 9), tokens: 33 }).threads;

  it("has threads help where there are rows and memory for it, and shares them out", () => {
    expect(threads(2048, 256)).toEqual([1, 1, 1, 1]);
    expect(threads(2048, 256, 7)).toEqual([2, 2, 2, 1]);
    expect(threads(2048, 255)).toEqual([4]);
    expect(threads(2048, 256, 1)).toEqual([1]);
    expect(threads(2048, 256, 6)).toEqual([2, 2, 2]);
    expect(threads(1000, 256)).toEqual([2, 2]);
    expect(threads(256, 256)).toEqual([4]);
    const long = planMemory(shape, { budgetMiB: 16_000, threads: 4 });
    expect(long.streams({ ...of(256, 2000), tokens: 2100 }).threads).toEqual([1, 1, 1, 1]);
  });

  it("has threads help with few rows where prompts are most of the work", () => {
    const plan = planMemory(shape, { budgetMiB: 2048, threads: 2 });
    const threads = (rows: number, prompt: number, tokens: number, promptTokens = rows * prompt) =>
      plan.streams({ rows, prompt, promptTokens, tokens }).threads;
    expect(threads(32, 256, 260)).toEqual([1, 1]);
    expect(threads(32, 256, 600)).toEqual([2]);
    expect(threads(32, 256, 260, 256)).toEqual([2]);
    expect(threads(4, 200, 201)).toEqual([2]);
  });

  it("counts what they take", () => {
    const total = (count: number) =>
      planMemory(shape, { budgetMiB: 2048, threads: count }).estimate(256, 9, 24).total;
    expect(total(2)).toBeGreaterThan(total(1));
    expect(total(4) - total(2)).toBeGreaterThan(total(2) - total(1));
  });
});

describe("streams", () => {
  /** Gives each row its key as its tokens, the second stream more slowly; fails at the rows of a key. */
  const stream = (seen: number[], ticks: number, bad = -1): Stream => ({
    async draw(rows: readonly RowRequest[], onDrawn) {
      seen.push(rows.length);
      for (let t = 1; t <= ticks; t++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        onDrawn((rows.length * options.maxTokens * t) / ticks);
      }
      if (rows.some(({ key }) => key[1] === bad)) throw new Error("a broken stream");
      return rows.map(({ key }) => ({ tokens: [...key], logprobs: Float32Array.of(0), finish: "stop" }));
    },
    share: async () => [],
  });

  it("take chunks of like size as they come, and the completions are in order", async () => {
    const seen: [number[], number[]] = [[], []];
    const progress: number[] = [];
    const given = { ...options, onProgress: (done: number, total: number) => progress.push(done / total) };
    const groups = await sample([stream(seen[0], 1), stream(seen[1], 40)], requests, given, 40);
    expect(groups.map((group) => group.map(({ tokens }) => tokens))).toEqual(
      requests.map(({ keys }) => keys),
    );
    const rows = requests.reduce((sum, { n }) => sum + n, 0);
    expect(seen.flat().reduce((a, b) => a + b)).toBe(rows);
    expect(seen[0]!.length).toBeGreaterThan(seen[1]!.length);
    expect(Math.max(...seen.flat())).toBeLessThanOrEqual(40);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
  });

  it("end what they are at when one fails, and begin nothing more", async () => {
    const seen: [number[], number[]] = [[], []];
    const streams = [stream(seen[0], 1, 0), stream(seen[1], 20)];
    await expect(sample(streams, requests, options, 10)).rejects.toThrow("a broken stream");
    expect(seen.map(({ length }) => length)).toEqual([1, 1]);
  });

  it("are not asked where there is nothing to draw", async () => {
    expect(await sample([stream([], 1)], [], options, 10)).toEqual([]);
  });
});
