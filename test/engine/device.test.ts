/** The engine on a graphics device. Without one these tests are skipped; .ci/device-tests.sh runs them on software Vulkan. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { OnnxEngine } from "selftrain";
import { describe, expect, it } from "vitest";
import { deviceReport } from "../../dist/engine/onnx/device/report.js";
import type { Datum } from "../../src/engine/engine.js";
import { openRuntime } from "../../src/engine/onnx/c-api/runtime.js";
import { releaseValue } from "../../src/engine/onnx/c-api/value.js";
import { deviceError } from "../../src/engine/onnx/c-api/web-gpu.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { Gpu } from "../../src/engine/onnx/device/gpu.js";
import { planMemory } from "../../src/engine/onnx/memory/memory-plan.js";
import { SelftrainError } from "../../src/errors.js";
import type { ModelConfig } from "../../src/model/config.js";
import { llamaConfig } from "../../src/model/config-file.js";
import type { LoraConfig } from "../../src/model/lora.js";
import { DEVICE } from "./on-device.js";
import { refusedTensor } from "./refused-memory.js";
import { GQA, MHA, temporaryFolder, temporaryModel } from "./tiny-model.js";

const requests = [[2, 3, 4], [5], [6, 7, 8, 9, 2, 3]].map((prompt, p) => ({
  prompt,
  n: 4,
  keys: [0, 1, 2, 3].map((i) => [p, i]),
}));
const options = { maxTokens: 12, temperature: 1 };
const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, gradClipNorm: 1 };

describe("what goes wrong on a device", () => {
  const of = (found: string) =>
    deviceError(new SelftrainError({ code: "engine-runtime", message: "", found, remedy: "" }));

  it("is said by its cause, with what to do", () => {
    expect(of("Failed to get a WebGPU adapter: No supported adapters (status 1)")).toMatchObject({
      code: "engine-device-missing",
      where: "engine.device",
    });
    expect(of("WebGPU device lost (1): unplugged (status 1)")).toMatchObject({
      code: "engine-device-lost",
      remedy: expect.stringContaining("--resume"),
    });
    expect(of("buffer of 9 bytes, exceeding maxStorageBufferBindingSize of 8 (status 1)")).toMatchObject({
      code: "engine-device-memory",
      remedy: expect.stringContaining("memoryBudgetMiB"),
    });
    expect(
      of("WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error."),
    ).toMatchObject({ code: "engine-device-memory" });
    expect(of("Failed to pop WebGPU error scope. status=2 (status 1)")).toMatchObject({
      code: "engine-device-lost",
    });
    expect(of("something else")).toMatchObject({ code: "engine-runtime" });
    const other = new Error("no status");
    expect(deviceError(other)).toBe(other);
  });

  it("is told before anything is opened where there is no device", async () => {
    const file = new URL("./children/no-device.mjs", import.meta.url).pathname;
    // The loader finds no driver, whatever is installed.
    const env = { ...process.env, VK_ICD_FILENAMES: "/nowhere", VK_DRIVER_FILES: "/nowhere" };
    const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
    if (process.platform === "linux") expect(stdout.trim()).toBe("engine-device-missing engine.device");
  });
});

describe("memory on a device", () => {
  it("counts weights, moments and gradients twice, and one stream", () => {
    const shape = { config: MHA, lora: null };
    const plan = (device: "cpu" | "gpu") => planMemory(shape, { budgetMiB: 2048, threads: 4, device });
    const [cpu, gpu] = [plan("cpu").estimate(8, 8, 8), plan("gpu").estimate(8, 8, 8)];
    expect(gpu.weights).toBe(2 * cpu.weights);
    expect(gpu.optimizer).toBe(2 * cpu.optimizer);
    expect(plan("gpu").optimising.length).toBe(1);
    expect(plan("gpu").training(64).threads.length).toBe(1);
  });

  const GPU = { budgetMiB: 2048, threads: 1, device: "gpu" } as const;
  const wide = { config: { ...MHA, vocabSize: 20_000 }, lora: null };
  const limited = (largestBinding: number) => planMemory(wide, { ...GPU, largestBinding });

  it("counts one more tensor where gradients of embeddings take two bindings, and not of an adapter", () => {
    const table = 4 * wide.config.vocabSize * wide.config.hiddenSize;
    const gradients = (largestBinding: number, lora: LoraConfig | null = null) =>
      planMemory({ ...wide, lora }, { ...GPU, largestBinding }).estimate(8, 8, 8).gradients;
    expect(gradients(table - 1)).toBe(gradients(table) + table);
    const lora = { rank: 2, alpha: 4, targets: ["query"] } as const;
    expect(gradients(table - 1, lora)).toBe(gradients(table, lora));
  });

  it("works on more at a time than the processor does, where there is room", () => {
    const shape = { config: { ...MHA, contextLength: 4096 }, lora: null };
    const plan = (device: "cpu" | "gpu") => planMemory(shape, { budgetMiB: 4096, threads: 1, device });
    expect(plan("gpu").training(64).sizes.most(64)).toBe(4 * plan("cpu").training(64).sizes.most(64));
    expect(plan("gpu").decodeRows(64)).toBe(4 * plan("cpu").decodeRows(64));
  });

  it("refuses a weight of more than two bindings, with its size and the limit", () => {
    const bytes = 4 * wide.config.vocabSize * wide.config.hiddenSize;
    expect(() => limited(bytes / 2)).not.toThrow();
    expect(() => limited(bytes / 2).training(8)).not.toThrow();
    expect(() => limited(bytes / 2 - 1)).toThrow(
      expect.objectContaining({
        code: "engine-device-limit",
        found: expect.stringMatching(/^model\.embed_tokens\.weight \[20000, \d+\]: [\d.]+ MiB$/),
        expected: expect.stringMatching(/^at most [\d.]+ MiB a tensor$/),
        where: "engine.device",
        remedy: expect.stringContaining("vocabulary"),
      }),
    );
  });

  it("keeps the values of a micro-batch within one binding, and refuses a sequence that has none within", () => {
    const most = (largestBinding: number, checkpointing: "auto" | "never") =>
      planMemory(wide, { ...GPU, largestBinding, checkpointing }).training(8);
    const table = 4 * wide.config.vocabSize * wide.config.hiddenSize;
    const limit = 10 * table;
    // Logits of a micro-batch are rows × tokens × vocabulary.
    const rows = most(limit, "never").sizes.most(8);
    expect(4 * rows * 8 * wide.config.vocabSize).toBeLessThanOrEqual(limit);
    expect(4 * (rows + 1) * 8 * wide.config.vocabSize).toBeGreaterThan(limit);
    // Layer by layer, fewer rows reach the vocabulary at a time.
    const { layerByLayer, headRows } = most(limit, "auto");
    expect(layerByLayer).toBe(true);
    expect(4 * headRows * wide.config.vocabSize).toBeLessThanOrEqual(limit);
    expect(() => limited(table).training(1_000_000)).toThrow(
      expect.objectContaining({
        code: "engine-device-limit",
        found: expect.stringContaining("1000000 tokens"),
      }),
    );
    expect(() => limited(table).decodeRows(10_000_000)).toThrow(
      expect.objectContaining({ code: "engine-device-limit" }),
    );
  });
});

/** Bytes that every device binds of one tensor. */
const BINDING = 2 ** 27;

/** A gradient and an optimiser's step on a new model, by the processor and by the device, with logprobs before and after. */
async function stepOnBoth(
  config: ModelConfig,
  data: readonly Datum[],
  { memoryBudgetMiB, eps }: { readonly memoryBudgetMiB: number; readonly eps: number },
) {
  const step = async (device: "cpu" | "gpu") => {
    const core = new OnnxCore({
      model: { config, seed: 4 },
      threads: 1,
      memoryBudgetMiB,
      device,
      ...(device === "gpu" ? { largestBinding: BINDING } : {}),
    });
    const before = await core.logprobs("current", data);
    const { logprobs, microBatches } = await core.forwardBackward(data, { kind: "importance-sampling" });
    const { gradNorm } = await core.optimStep({ ...ADAM, eps, weightDecay: 0 });
    const after = await core.logprobs("current", data);
    core.close();
    return { before, logprobs, microBatches, gradNorm, after };
  };
  return { cpu: await step("cpu"), gpu: await step("gpu") };
}

/** The largest difference of what is expected from what was found; NaN where that is missing. */
const worstOf = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
  Math.max(...a.flatMap((row, i) => [...row].map((value, t) => Math.abs(value - b[i]![t]!))));

describe.skipIf(DEVICE === "cpu")("on a device (needs SELFTRAIN_TEST_DEVICE=gpu)", () => {
  const folder = temporaryModel(GQA, 3);
  const open = (device: "cpu" | "gpu") =>
    new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 512, device });

  it("draws what the processor draws, by the same numbers", async () => {
    const [cpu, gpu] = [open("cpu"), open("gpu")];
    const [expected, found] = [
      await cpu.sample("current", requests, options),
      await gpu.sample("current", requests, options),
    ];
    expect(found.flat().map(({ tokens }) => tokens)).toEqual(expected.flat().map(({ tokens }) => tokens));
    for (const [i, { logprobs }] of found.flat().entries())
      for (const [t, value] of logprobs.entries())
        expect(value).toBeCloseTo(expected.flat()[i]!.logprobs[t]!, 4);
    cpu.close();
    gpu.close();
  });

  it("computes what the processor does with a table of two bindings, which is read and written in parts", async () => {
    const [vocabSize, hiddenSize] = [33_000, 1024];
    const config = llamaConfig({ ...GQA, hiddenSize, feedForward: 16, layers: 1, vocabSize });
    const past = BINDING / (4 * hiddenSize);
    expect(past).toBeLessThan(vocabSize);
    const sequences = [
      { prompt: [3, past + 9], completion: [past + 200, 7, past + 1] },
      { prompt: [past, 3, 3], completion: [past + 231, past + 9] },
    ];
    const data = sequences.map((sequence) => ({
      ...sequence,
      logprobs: new Float32Array(sequence.completion.length).fill(-10),
      weights: new Float32Array(sequence.completion.length).fill(0.5),
      policyVersion: 0,
    }));
    const { cpu, gpu } = await stepOnBoth(config, data, { memoryBudgetMiB: 3072, eps: 1e-3 });
    for (const name of ["before", "logprobs", "after"] as const)
      expect(worstOf(cpu[name], gpu[name])).toBeLessThan(5e-5);
    expect(gpu.gradNorm / cpu.gradNorm).toBeCloseTo(1, 4);
    expect(Math.abs(cpu.after[0]![0]! - cpu.before[0]![0]!)).toBeGreaterThan(0.01);
  });

  it("adds the gradients of thousands of different tokens, some of them at a time", async () => {
    const config = llamaConfig({ ...MHA, vocabSize: 5000 });
    const [sequences, length] = [70, 64];
    const data = Array.from({ length: sequences }, (_, i) => ({
      prompt: [2 + i * length],
      completion: Array.from({ length }, (_, t) => 3 + i * length + t),
      logprobs: new Float32Array(length).fill(-9),
      weights: new Float32Array(length).fill(1 / (sequences * length)),
      policyVersion: 0,
    }));
    const { cpu, gpu } = await stepOnBoth(config, data, { memoryBudgetMiB: 2048, eps: 1e-4 });
    expect(gpu.microBatches).toBe(1);
    expect(gpu.gradNorm / cpu.gradNorm).toBeCloseTo(1, 4);
    expect(worstOf(cpu.after, gpu.after)).toBeLessThan(1e-3);
  });

  it("trains to the same bytes twice, holds no more with every step, and gives all back", async () => {
    const { held } = openRuntime();
    const before = { ...held };
    const run = async () => {
      const core = open("gpu");
      const groups = await core.sample("current", requests, options);
      const data = groups.flatMap((group, p) =>
        group.map(({ tokens, logprobs }, i) => ({
          prompt: requests[p]!.prompt,
          completion: tokens,
          logprobs,
          weights: new Float32Array(tokens.length).fill(i % 2 ? 0.5 : -0.5),
          policyVersion: 0,
        })),
      );
      const counts: number[] = [];
      for (let step = 0; step < 6; step++) {
        await core.forwardBackward(data, { kind: "importance-sampling" });
        await core.optimStep(ADAM);
        counts.push(held.values);
      }
      const folder = temporaryFolder();
      core.saveState(folder);
      const logprobs = await core.logprobs("current", data);
      core.loadState(folder);
      expect(await core.logprobs("current", data)).toEqual(logprobs);
      core.close();
      expect(new Set(counts.slice(1)).size).toBe(1);
      return logprobs;
    };
    expect(await run()).toEqual(await run());
    expect(held).toEqual(before);
  });

  it("grows neither by values, nor on the device, nor as a process, in steps after steps", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      "scripts/soak-device.mjs",
      "40",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      steps: 40,
      held: { sessions: 0, values: 0, deviceBytes: 0 },
    });
  });

  it("notices memory that was refused when a program is to compute with it", async () => {
    const gpu = new Gpu();
    // Whatever ran before.
    await gpu.clear(gpu.tensor([4]));
    const refused = refusedTensor(gpu, [4]);
    await expect(gpu.clear(refused)).rejects.toMatchObject({ code: "engine-device-memory" });
    const after = gpu.tensorOf(Float32Array.of(1, 2), [2]);
    const back = new Float32Array(2);
    gpu.fetch(after, back);
    expect([...back]).toEqual([1, 2]);
    releaseValue(refused.handle);
    gpu.close();
  });

  it("is described by name, limits and a probe of its bytes", async () => {
    const report = await deviceReport("gpu");
    expect(report).toMatchObject({ name: expect.stringMatching(/\S/), deterministic: expect.any(Boolean) });
    expect(["Metal", "Direct3D 12", "Vulkan"]).toContain(report?.backend);
    // What WebGPU promises of any device.
    expect(report?.largestBinding).toBeGreaterThanOrEqual(2 ** 27);
    expect(await deviceReport("auto")).toBeNull();
  });

  it("leaves the process to end as it should", async () => {
    const file = new URL("./children/open-and-close.mjs", import.meta.url).pathname;
    for (let i = 0; i < 3; i++) {
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      expect(stdout).toBe("closed\n");
    }
  });

  it("serves two engines of a process, who take turns", async () => {
    const engines = await Promise.all(
      [1, 2].map(() => OnnxEngine.create({ model: { folder }, threads: 1, device: "gpu" })),
    );
    const drawn = await Promise.all(
      engines.map(async (engine) => {
        const sampler = await engine.refreshSampler();
        const groups = await sampler.sample(requests, options);
        return groups.flat().map(({ tokens }) => tokens);
      }),
    );
    expect(drawn[1]).toEqual(drawn[0]);
    await Promise.all(engines.map((engine) => engine.close()));
  });
});
