/**
 * Low-rank adapters against PEFT (scripts/fixtures/lora.py): logprobs, gradients, greedy generation, merging; and what training an
 * adapter leaves alone. Tolerances, float32: logprobs 1e-4 absolute, gradients 1e-4 of the largest.
 */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdamParams, Datum } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { layerByLayer } from "../../src/engine/onnx/training/layer-by-layer.js";
import { lossFeeds } from "../../src/engine/onnx/training/loss-feeds.js";
import { wholeModel } from "../../src/engine/onnx/training/whole-model.js";
import { readModel } from "../../src/model/read-model.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { writeModel } from "../../src/model/write-model.js";
import { editJson } from "../edit-json.js";
import { compiling } from "./compiling.js";
import { emptyGradient } from "./empty-gradient.js";
import { DEVICE, PLACE, someRows } from "./on-device.js";
import { packed } from "./packed.js";
import { GQA, temporaryFolder, temporaryModel } from "./tiny-model.js";
import { worst } from "./worst.js";

const fixtures = new URL("../fixtures/", import.meta.url).pathname;
const model = { folder: join(fixtures, "models/qwen2") };
const folder = join(fixtures, "lora");
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
const tensors = readSafetensors(join(folder, "expected.safetensors"));
const tensor = (name: string) => tensors.get(name)!.data;

const data: Datum[] = expected.sequences.map(
  (sequence: { prompt: number[]; completion: number[] }, i: number) => ({
    ...sequence,
    policyVersion: 0,
    weights: tensor(`weights.${i}`),
  }),
);

const open = () =>
  new OnnxCore({ model, lora: { folder }, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
const ADAM: AdamParams = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0,
  gradClipNorm: 1,
};

describe("an adapter that PEFT made", () => {
  it("gives the same logprobs and the same greedy completion", async () => {
    const core = open();
    for (const [i, logprobs] of (await core.logprobs("current", data)).entries())
      expect(worst(logprobs, tensor(`logprobs.${i}`))).toBeLessThan(1e-4);
    const { prompt, completion } = expected.greedy;
    const request = { prompt, n: 1, keys: [[0]] };
    const options = { maxTokens: completion.length, temperature: 0, stopTokens: [] };
    const [greedy] = (await core.sample("current", [request], options)).flat();
    expect(greedy!.tokens).toEqual(completion);
  });

  for (const way of ["whole", "layer by layer"] as const) {
    it(`has the same gradients, ${way}, and no other parameter has any`, async () => {
      const policy = openPolicy(model, { folder }, PLACE);
      const programs = compiling();
      const passes =
        way === "whole" ? wholeModel(programs, someRows()) : layerByLayer(programs, someRows(), 4);
      const gradient = emptyGradient(policy);
      let loss = 0;
      for (const { batch, rows } of packed(data, 2)) {
        const feeds = lossFeeds(rows, { kind: "cross-entropy" });
        loss += (await passes.train(policy, batch, { kind: "cross-entropy" }, feeds, gradient)).loss;
      }
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-3);
      const names = [...tensors.keys()].filter((name) => name.startsWith("cross_entropy."));
      expect(policy.trained.specs.map(({ name }) => `cross_entropy.${name}`).sort()).toEqual(names.sort());
      const largest = Math.max(
        ...names.map((name) => worst(tensor(name), new Float32Array(tensor(name).length))),
      );
      for (const { name } of policy.trained.specs)
        expect(worst(gradient.part(name)!, tensor(`cross_entropy.${name}`)) / largest, name).toBeLessThan(
          1e-4,
        );
    });
  }

  it("is merged where a model is asked for", async () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    editJson(join(copy, "adapter_config.json"), (config) => ({
      ...config,
      base_model_name_or_path: model.folder,
    }));
    const { config, weights } = readModel(copy);
    const merged = temporaryFolder();
    writeModel(merged, config, weights);
    const core = new OnnxCore({
      model: { folder: merged },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
    for (const [i, logprobs] of (await core.logprobs("current", data)).entries())
      expect(worst(logprobs, tensor(`logprobs.${i}`))).toBeLessThan(1e-4);
  });
});

describe("training an adapter", () => {
  const start = temporaryModel(GQA, 3);
  const lora = { rank: 2, alpha: 4, targets: ["query", "down"] as const };
  const examples: Datum[] = [
    { prompt: [2, 3], completion: [4, 5, 6, 1], weights: Float32Array.of(1, 1, 1, 1), policyVersion: 0 },
    { prompt: [7], completion: [8, 1], weights: Float32Array.of(1, 1), policyVersion: 0 },
  ];
  const fresh = (checkpoint: "always" | "never" = "never") =>
    new OnnxCore({
      model: { folder: start },
      lora: { lora, seed: 5 },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
      gradientCheckpointing: checkpoint,
    });
  const lossOf = async (core: OnnxCore) =>
    (await core.forwardBackward(examples, { kind: "cross-entropy" })).loss;

  it("begins at the model, lowers the loss, and leaves the starting policy as it was", async () => {
    const core = fresh();
    const plain = new OnnxCore({
      model: { folder: start },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
    const base = await plain.logprobs("current", examples);
    expect(await core.logprobs("current", examples)).toEqual(base);
    const first = await lossOf(core);
    for (let step = 0; step < 20; step++) {
      await core.optimStep(ADAM);
      await lossOf(core);
    }
    expect(await lossOf(core)).toBeLessThan(0.8 * first);
    expect(await core.logprobs("base", examples)).toEqual(base);
    expect(core.capabilities.trainedParameters).toBeLessThan(core.capabilities.parameters / 2);
  });

  it("goes on from a saved state as if it had not stopped, and the saved folder is the merged model", async () => {
    const [whole, half, resumed] = [fresh(), fresh(), fresh("always")];
    for (let step = 0; step < 4; step++) {
      await lossOf(whole);
      await whole.optimStep(ADAM);
    }
    for (let step = 0; step < 2; step++) {
      await lossOf(half);
      await half.optimStep(ADAM);
    }
    const folder = temporaryFolder();
    half.saveState(folder);
    resumed.loadState(folder);
    expect(resumed.policyVersion).toBe(2);
    for (let step = 2; step < 4; step++) {
      await lossOf(resumed);
      await resumed.optimStep(ADAM);
    }
    const after = await resumed.logprobs("current", examples);
    for (const [i, logprobs] of (await whole.logprobs("current", examples)).entries())
      expect(worst(after[i]!, logprobs)).toBeLessThan(1e-5);
    const merged = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
    const ofHalf = await half.logprobs("current", examples);
    for (const [i, logprobs] of (await merged.logprobs("current", examples)).entries())
      expect(worst(logprobs, ofHalf[i]!)).toBeLessThan(1e-5);
  });

  it("has copies that are the adapter alone, move towards it, and belong to the state", async () => {
    const core = fresh();
    await core.updateCopy("teacher", 0);
    const base = await core.logprobs("current", examples);
    for (let step = 0; step < 3; step++) {
      await lossOf(core);
      await core.optimStep(ADAM);
    }
    const teacher = { copy: "teacher" };
    expect(await core.logprobs(teacher, examples)).toEqual(base);
    const folder = temporaryFolder();
    await core.updateCopy("teacher", 0.5);
    core.saveState(folder);
    const tensors = readSafetensors(join(folder, "copy-teacher.safetensors"));
    const trained = [...readSafetensors(join(folder, "adapter_model.safetensors")).values()];
    const size = (values: Iterable<{ data: Float32Array }>) =>
      [...values].reduce((sum, { data }) => sum + data.length, 0);
    expect(size(tensors.values())).toBe(size(trained) + 1);
    const moved = await core.logprobs(teacher, examples);
    expect(moved).not.toEqual(base);
    expect(moved).not.toEqual(await core.logprobs("current", examples));
    const resumed = fresh();
    resumed.loadState(folder);
    expect(await resumed.logprobs(teacher, examples)).toEqual(moved);
  });
});

describe("an adapter that does not fit", () => {
  const broken = (change: (config: Record<string, unknown>) => Record<string, unknown>) => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    editJson(join(copy, "adapter_config.json"), change);
    return copy;
  };

  it.each([
    ["of another rank", { r: 4 }, "adapter-invalid"],
    ["of another kind", { peft_type: "LOHA" }, "adapter-unsupported"],
    ["with weights of its own scale", { use_rslora: true }, "adapter-unsupported"],
    ["with several ranks", { rank_pattern: { q_proj: 8 } }, "adapter-unsupported"],
    ["that took a part out of the model's weights", { init_lora_weights: "pissa" }, "adapter-unsupported"],
    ["that is active behind some tokens only", { alora_invocation_tokens: [1] }, "adapter-unsupported"],
    ["without a rank", { r: null }, "adapter-invalid"],
  ])("%s is refused by name", (_, change, code) => {
    const copy = broken((config) => ({ ...config, ...change }));
    expect(() => openPolicy(model, { folder: copy })).toThrow(expect.objectContaining({ code }));
  });

  it("of another model is refused, with tensor and shapes", () => {
    expect(() => openPolicy({ folder: temporaryModel(GQA, 3) }, { folder })).toThrow(
      expect.objectContaining({ code: "adapter-invalid", found: expect.stringContaining("[") }),
    );
  });

  it("whose model is gone is refused with where it should be", () => {
    const copy = broken((config) => ({ ...config, base_model_name_or_path: "/nowhere/model" }));
    expect(() => readModel(copy)).toThrow(
      expect.objectContaining({ code: "adapter-base-missing", found: "/nowhere/model" }),
    );
  });
});
