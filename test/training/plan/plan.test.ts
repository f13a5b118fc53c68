import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PretrainConfigInput, pretrainConfigSchema } from "../../../src/config/train-config.js";
import { llamaConfig } from "../../../src/model/config-file.js";
import { initialWeights, parameterCount } from "../../../src/model/parameters.js";
import { alphabetOf, CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { writeModel } from "../../../src/model/write-model.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { planPretrain } from "../../../src/training/pretrain/plan.js";
import { temporaryFolder } from "../../run/temporary.js";
import { configWith } from "../loop/groups.js";

const temporary = temporaryFolder();
const tokenizer = new CharacterTokenizer(alphabetOf("0123456789+-#>"));
const model = llamaConfig({
  hiddenSize: 16,
  feedForward: 32,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  headDim: 8,
  vocabSize: tokenizer.vocabSize,
  contextLength: 16,
  tiedHead: true,
  eosTokens: [1],
  padToken: 0,
});

/** A model folder: a plan reads its shape, its tokenizer and the headers of its weights. */
function modelFolder(): string {
  const folder = join(temporary.path, "model");
  fs.mkdirSync(folder, { recursive: true });
  writeModel(folder, model, initialWeights(model, 0));
  tokenizer.save(folder);
  return folder;
}

const trainPlan = (changes: Parameters<typeof configWith>[0] = {}) =>
  planTrain(
    configWith({
      model: modelFolder(),
      prompts: { task: "mental-sums", levels: { 4: 1 }, size: 96 },
      promptsPerStep: 8,
      samplesPerPrompt: 4,
      maxNewTokens: 4,
      steps: 30,
      ...changes,
    }),
  );

describe("planTrain", () => {
  it("multiplies out the batch, and counts the parameters", async () => {
    // A prompt such as `6+6+3-2>` has 8 tokens.
    expect(await trainPlan()).toMatchObject({
      rollouts: 32,
      tokensPerStep: 32 * (8 + 4),
      steps: 30,
      microBatches: 1,
      // By hand: embedding, two layers (norms, q, k and v, o, gate and up and down), final norm; the head is tied.
      parameters: 16 * 16 + 2 * (2 * 16 + 256 + 2 * 128 + 256 + 3 * 512) + 16,
      prompts: { pool: 96, longest: 8 },
      notes: ["the run goes through the pool 2.5 times"],
    });
    expect(parameterCount(model)).toBe(4944);
  });

  it("counts micro-batches by what fits the budget, and says what a step takes", async () => {
    const on = (threads: number) =>
      trainPlan({ promptsPerStep: 500, samplesPerPrompt: 16, engine: { threads } });
    const { memory, microBatches } = await on(1);
    expect(microBatches).toBe(Math.ceil(8000 / Math.floor(2048 / 11)));
    // Two streams take half as many tokens at a time, and a few less in the end.
    const halves = Math.ceil(8000 / Math.floor(1024 / 11));
    const { microBatches: shared } = await on(2);
    expect(shared).toBeGreaterThan(halves);
    expect(shared).toBeLessThan(halves + 5);
    expect(memory).toMatchObject({ weights: 4 * 4944, optimizer: 8 * 4944 });
    const { total, ...parts } = memory;
    expect(total).toBe(Object.values(parts).reduce((a, b) => a + b, 0));
  });

  it("counts the easy part of the pool where only that is trained on", async () => {
    const { prompts, notes } = await trainPlan({ easyFraction: 0.25 });
    expect(prompts.pool).toBe(24);
    expect(notes).toContain("the run goes through the pool 10.0 times");
  });

  it("counts what is held and sampled beside the policy", async () => {
    const weights = 4 * 4944;
    const memory = async (changes: Parameters<typeof trainPlan>[0]) => (await trainPlan(changes)).memory;
    expect((await memory({})).weights).toBe(weights);
    expect((await memory({ reward: "fixed-teacher" })).weights).toBe(2 * weights);
    expect((await memory({ reward: "ema-teacher" })).weights).toBe(2 * weights);
    const moving = { klCoefficient: 0.1, klReference: "moving", klReferenceEvery: 5 } as const;
    expect((await memory(moving)).weights).toBe(2 * weights);
    expect((await memory({ ...moving, reward: "ema-teacher" })).weights).toBe(3 * weights);
    expect((await memory({ klCoefficient: 0.1, reward: "ema-teacher" })).weights).toBe(3 * weights);
    // Scored by the starting policy, unless no KL is asked for; one copy of it serves all who ask.
    expect((await memory({ probe: {} })).weights).toBe(2 * weights);
    expect((await memory({ probe: {}, klCoefficient: 0.1 })).weights).toBe(2 * weights);
    expect((await memory({ probe: { kl: false } })).weights).toBe(weights);
    expect(await memory({ probe: { size: 0 } })).toEqual(await memory({}));
    expect((await memory({ probe: {} })).activations).toBeGreaterThan((await memory({})).activations);
    // Beside an adapter its copies are small.
    const lora = await memory({ lora: { rank: 2 } });
    const taught = await memory({ lora: { rank: 2 }, reward: "ema-teacher" });
    expect(taught.weights - lora.weights).toBe(lora.gradients);
    expect((await memory({ reward: "negative-entropy" })).activations).toBeGreaterThanOrEqual(
      (await memory({ reward: "self-certainty" })).activations,
    );
    expect((await memory({ reward: "self-certainty" })).activations).toBeGreaterThan(
      (await memory({})).activations,
    );
  });

  it("counts rollouts that only vote as sampled and not as trained", async () => {
    const engine = { threads: 1 };
    const plan = await trainPlan({ votesPerPrompt: 16, promptsPerStep: 100, engine });
    expect(plan).toMatchObject({ rollouts: 1600, tokensPerStep: 1600 * 12 });
    expect(plan.microBatches).toBe(Math.ceil(400 / Math.floor(2048 / 11)));
    expect(plan.notes).toContain("16 rollouts of a prompt vote, of which 4 are trained");
    expect(await trainPlan({ reward: "ema-teacher", teacherSamples: 6 })).toMatchObject({ rollouts: 8 * 10 });
  });

  it("says what a probe costs, and nothing without one", async () => {
    const notes = async (probe: object) => (await trainPlan({ probe })).notes.slice(1);
    // Before training, and after 10, 20 and 30 steps, 48 sequences of 8 + 4 tokens: 192, where the steps sample 30 · 32.
    expect(await notes({ size: 12, samples: 4, every: 10 })).toEqual([
      "the probe samples 48 sequences, at most 576 tokens, 4 times: 20% of what the steps sample, and at most 0.1 MiB of files; the starting policy, which is held for that, scores them too (probe.kl)",
    ]);
    expect(await notes({ size: 12, samples: 4, every: 7, kl: false })).toEqual([
      expect.stringContaining(
        "576 tokens, 6 times: 30% of what the steps sample, and at most 0.1 MiB of files",
      ),
    ]);
    expect(await notes({ size: 0 })).toEqual([]);
  });

  it("counts optimiser steps, and what the whole run takes at most", async () => {
    const { updatesPerStep, totals } = await trainPlan({ miniBatches: 4, updatesPerBatch: 2 });
    expect(updatesPerStep).toBe(8);
    expect(totals).toEqual({ prompts: 240, completions: 960, tokens: 960 * 12, optimiserSteps: 240 });
    // Four refill rounds, of a whole batch each.
    const refilled = await trainPlan({ rejection: { minAgreement: 0.5 } });
    expect(refilled.totals).toMatchObject({ prompts: 5 * 240, completions: 5 * 960, optimiserSteps: 30 });
    const voting = await trainPlan({ votesPerPrompt: 16 });
    expect(voting.totals).toMatchObject({ prompts: 240, completions: 240 * 16 });
  });

  it("warns of labels that are read", async () => {
    const { notes } = await trainPlan({ reward: "ground-truth" });
    expect(notes.slice(1)).toEqual([
      "the ground-truth reward reads labels: this is a control, not self-training",
    ]);
  });
});

describe("planPretrain", () => {
  const pretrainPlan = (changes: Partial<PretrainConfigInput>) =>
    planPretrain(
      pretrainConfigSchema.parse({
        output: "o",
        prompts: { task: "mental-sums", levels: { 4: 1 } },
        batchSize: 8,
        steps: 5,
        ...changes,
      }),
    );

  it("takes the lengths of the first steps, and the parameters of the model to be made or gone on with", async () => {
    const made = await pretrainPlan({ model: { hiddenSize: 16, layers: 1, heads: 2, feedForward: 32 } });
    // `#` and up to two digits, and the end of sequence.
    expect(made).toMatchObject({ rollouts: 8, tokensPerStep: 8 * (8 + 4), steps: 5, microBatches: 1 });
    expect(made.prompts.longest).toBe(8);
    expect(made.prompts.pool).toBeLessThanOrEqual(40);
    const continued = await pretrainPlan({ model: modelFolder() });
    expect(continued.parameters).toBe(4944);
  });
});
