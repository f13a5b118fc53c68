/** Training and scoring on several threads: the same as on one but for rounding, and the same to the last bit however fast each is. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdamParams, Datum } from "../../src/engine/engine.js";
import { type MakeStream, OnnxCore, type OnnxEngineOptions } from "../../src/engine/onnx/core.js";
import { planMemory } from "../../src/engine/onnx/memory/memory-plan.js";
import { STRETCH } from "../../src/engine/onnx/optimiser/adamw.js";
import { EngineStream } from "../../src/engine/onnx/streams/stream.js";
import type { Passes } from "../../src/engine/onnx/training/passes.js";
import { llamaConfig } from "../../src/model/config-file.js";
import { parameterCount } from "../../src/model/parameters.js";
import { GQA, MHA, temporaryFolder, temporaryModel } from "./tiny-model.js";

const ADAM: AdamParams = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0.1,
  gradClipNorm: 1,
};
/** Of so many parameters that all threads take part in an optimiser step. */
const MANY = llamaConfig({ ...MHA, hiddenSize: 128, feedForward: 256, headDim: 32, vocabSize: 1024 });

/** Sequences of unlike lengths, 4,000 tokens in all. */
const data = Array.from({ length: 180 }, (_, i): Datum => {
  const completion = Array.from({ length: 4 + ((11 * i) % 33) }, (__, t) => 2 + ((i + t * t) % 10));
  return {
    prompt: [2 + (i % 9), 3],
    completion,
    logprobs: new Float32Array(completion.length).fill(-2),
    weights: Float32Array.from(completion, (_, t) => ((i + t) % 5) - 2),
    policyVersion: 0,
  };
});

/** Streams whose work is delayed, all but the first; says what those were asked for. */
function delaying(delay: number, seen: string[]): MakeStream {
  const wait = async (method: string) => {
    seen.push(method);
    await new Promise((resolve) => setTimeout(resolve, delay));
  };
  class Delayed extends EngineStream {
    override passes(...args: Parameters<EngineStream["passes"]>): Passes {
      const passes = super.passes(...args);
      return {
        async train(...given) {
          await wait("train");
          return passes.train(...given);
        },
        async score(...given) {
          await wait("score");
          return passes.score(...given);
        },
      };
    }
    override programs(...args: Parameters<EngineStream["programs"]>) {
      const programs = super.programs(...args);
      return (...named: Parameters<typeof programs>) => {
        if (named[0] === "adamw") seen.push("adam");
        return programs(...named);
      };
    }
  }
  let streams = 0;
  return (memory) => (streams++ === 0 ? new EngineStream(memory) : new Delayed(memory));
}

const folder = temporaryModel(GQA, 3);

/** Two steps, the first of two passes: everything that comes of them. */
async function run(options: Partial<OnnxEngineOptions>, make?: MakeStream) {
  const model = options.model ?? { folder };
  const core = new OnnxCore({ threads: 2, memoryBudgetMiB: 1024, ...options, model }, make);
  try {
    const results = [];
    for (const loss of ["cross-entropy", "importance-sampling"] as const)
      results.push(await core.forwardBackward(data, { kind: loss }));
    results.push(await core.optimStep(ADAM), await core.logprobs("current", data));
    await core.forwardBackward(data.slice(0, 3), { kind: "cross-entropy" });
    results.push(await core.optimStep(ADAM), await core.measure("base", data, "entropy"));
    const state = temporaryFolder();
    core.saveState(state);
    const files = readdirSync(state).map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(state, name)))
        .digest("hex"),
    ]);
    return { results, files };
  } finally {
    core.close();
  }
}

const close = (found: unknown, expected: unknown): void => {
  if (typeof expected === "number") {
    expect(Math.abs((found as number) - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
  } else if (expected !== null && typeof expected === "object") {
    for (const [key, value] of Object.entries(expected))
      if (key !== "microBatches") close((found as Record<string, unknown>)[key], value);
  }
};

describe.each<[string, Partial<OnnxEngineOptions>]>([
  ["the whole model", {}],
  ["layer by layer", { gradientCheckpointing: "always" }],
  ["an adapter", { lora: { lora: { rank: 2, alpha: 4, targets: ["query", "down"] }, seed: 1 } }],
  ["many parameters", { model: { config: MANY, seed: 2 } }],
])("streams that train %s", (title, options) => {
  it("do what one does, in the same bytes whoever is slow", async () => {
    const [quick, slow]: string[][] = [[], []];
    const prompt = await run(options, delaying(0, quick!));
    expect(await run(options, delaying(40, slow!))).toEqual(prompt);
    expect(quick).toEqual(expect.arrayContaining(["train", "score"]));
    expect(quick!.includes("adam")).toBe(title === "many parameters");
    close(prompt.results, (await run({ ...options, threads: 1 })).results);
  });
});

describe("a stream that fails", () => {
  it("ends the others, and says why", async () => {
    class Broken extends EngineStream {
      override passes(...args: Parameters<EngineStream["passes"]>): Passes {
        return { ...super.passes(...args), train: () => Promise.reject(new Error("broken")) };
      }
    }
    let streams = 0;
    const core = new OnnxCore({ model: { folder }, threads: 2, memoryBudgetMiB: 1024 }, (memory) =>
      streams++ === 0 ? new EngineStream(memory) : new Broken(memory),
    );
    await expect(core.forwardBackward(data, { kind: "cross-entropy" })).rejects.toThrow("broken");
    core.close();
  });
});

describe("the plan of training", () => {
  const plan = (config: typeof GQA, budgetMiB: number, threads = 2) =>
    planMemory({ config, lora: null }, { budgetMiB, threads });

  it("has streams where there are tokens and memory for them", () => {
    const shared = plan(GQA, 1024).training(32);
    expect(shared).toMatchObject({ threads: [1, 1], lanes: 3, sizes: { streams: 2 } });
    expect([shared.sizes.most(32), shared.sizes.least(32)]).toEqual([32, 16]);
    const single = plan(GQA, 1024).training(32, 1023);
    expect(single).toMatchObject({ threads: [2], lanes: 1, sizes: { streams: 1 } });
    expect(single.sizes.most(32)).toBe(64);
    expect(plan(GQA, 1024, 6).training(32)).toMatchObject({ threads: [2, 2, 2], lanes: 4 });
    expect(plan(GQA, 256).training(32)).toMatchObject({ threads: [2], lanes: 1 });
  });

  it("takes an optimiser step together where there are many parameters", () => {
    expect(parameterCount(MANY)).toBeGreaterThan(STRETCH);
    expect(plan(MANY, 1024).optimising).toEqual([1, 1]);
    expect(plan(GQA, 1024).optimising).toEqual([2]);
  });

  it("has more rows reach a large vocabulary at a time, the more memory there is", () => {
    const large = llamaConfig({ ...MHA, hiddenSize: 64, vocabSize: 150_000 });
    const rows = (budgetMiB: number) =>
      planMemory({ config: large, lora: null }, { budgetMiB, threads: 1, checkpointing: "always" }).training(
        64,
      ).headRows;
    const found = [691, 760, 1160, 4160].map(rows);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(new Set(found).size).toBe(found.length);
    expect(found[0]).toBeLessThan(10);
    expect(found.at(-1)).toBe(512);
  });

  it("counts gradients of lanes and micro-batches of each stream", () => {
    const parts = (rollouts: number) => plan(MANY, 2048).estimate(rollouts, 8, 32);
    expect(parts(16).gradients).toBe(4 * parameterCount(MANY));
    expect(parts(256).gradients).toBe(3 * 4 * parameterCount(MANY));
    // A thread that helps is there for an optimiser step alone, too.
    expect(parts(256).process).toBe(parts(16).process);
    const few = (rollouts: number) => plan(GQA, 2048).estimate(rollouts, 8, 32).process;
    expect(few(256)).toBeGreaterThan(few(16));
    const tokens = MANY.vocabSize - GQA.vocabSize;
    expect(few(256)).toBe(parts(256).process - 1024 * tokens);
  });
});
