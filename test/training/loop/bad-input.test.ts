/** What goes wrong before or within training: one clear error each, and nothing that was written is lost. */
import fs from "node:fs";
import { join } from "node:path";
import {
  pretrain,
  type RewardSource,
  readSafetensors,
  SelftrainError,
  train,
  trainConfigSchema,
  writeSafetensors,
} from "selftrain";
import { describe, expect, it } from "vitest";
import type { TrainConfigInput } from "../../../src/config/train-config.js";
import { acquireLock } from "../../../src/run/lock.js";
import { modelFolder } from "../../../src/run/model-folder.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { trainInChild } from "./child.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyPretraining, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);

/** The error of a training run; it must be one of ours and say what to do. */
async function failure(running: Promise<unknown>): Promise<SelftrainError> {
  const error = await running.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(SelftrainError);
  const { message, remedy } = error as SelftrainError;
  expect(Math.min(message.length, remedy.length)).toBeGreaterThan(10);
  return error as SelftrainError;
}

const trainingFails = (output: string, changes: Partial<TrainConfigInput>) =>
  failure(train(tinyTraining(base, output, changes)));

function jsonl(name: string, rows: readonly object[]): string {
  fs.writeFileSync(at(name), rows.map((row) => JSON.stringify(row)).join("\n"));
  return at(name);
}

/** A copy of the base model's folder to do damage to, as if it came from elsewhere: no manifest says how it was written. */
function modelCopy(name: string): string {
  fs.cpSync(modelFolder(base.model), at(name), { recursive: true });
  fs.rmSync(join(at(name), "selftrain-manifest.json"));
  return at(name);
}

describe("before anything is written", () => {
  const output = () => at("nothing");

  it("fewer than two samples a prompt are refused by the schema", () => {
    const config = { model: "m", output: "o", prompts: { task: "gcd" } };
    expect(trainConfigSchema.safeParse({ ...config, samplesPerPrompt: 1 }).error!.issues).toMatchObject([
      { code: "custom", path: ["samplesPerPrompt"], message: expect.stringContaining("advantage rloo") },
    ]);
    expect(trainConfigSchema.safeParse({ ...config, promptsPerStep: 0 }).success).toBe(false);
  });

  it.each([
    ["model-not-found", () => ({ model: at("no-such-model") })],
    ["prompts-empty", () => ({ prompts: { file: jsonl("empty.jsonl", []) } })],
    ["file-unreadable", () => ({ prompts: { file: at("no-such.jsonl") } })],
    ["column-missing", () => ({ prompts: { file: base.file, promptColumn: "question" } })],
    ["prompt-too-long", () => ({ maxNewTokens: 13 })],
    [
      "tokenizer-unknown-character",
      () => ({
        prompts: {
          file: jsonl(
            "q.jsonl",
            many((i) => `${i}§`),
          ),
        },
      }),
    ],
    ["chat-template-missing", () => ({ prompts: { file: base.file, chat: "always" as const } })],
    ["prompt-system", () => ({ prompts: { file: base.file, system: "Copy." } })],
  ])("%s", async (code, changes) => {
    const folder = at(`refused-${code}`);
    expect((await trainingFails(folder, changes())).code).toBe(code);
    expect(fs.existsSync(folder)).toBe(false);
  });

  const labelled = () => ({ file: base.file, answerColumn: "answer", size: 64 });
  const alike = () => ({
    file: jsonl(
      "alike.jsonl",
      many((i) => `${i}>`).map((row) => ({ ...row, answer: 1 })),
    ),
    answerColumn: "answer",
  });

  it.each<[string, () => Partial<TrainConfigInput>]>([
    ["reward-label-missing", () => ({ reward: "ground-truth", prompts: someUnlabelled() })],
    ["reward-label-missing", () => ({ reward: "mixed", labelledShare: 0.001, prompts: labelled() })],
    ["label-noise-impossible", () => ({ reward: "ground-truth", labelNoise: 1, prompts: alike() })],
    ["label-noise-impossible", () => ({ reward: "mixed", labelNoise: 1, prompts: alike() })],
    ["labels-missing", () => ({ reward: "fixed-teacher", teacherLabels: at("no-labels") })],
    [
      "reward-token-missing",
      () => ({
        reward: "http",
        rewardUrl: "http://localhost/",
        rewardTokenVariable: "SELFTRAIN_TEST_NO_SUCH_TOKEN",
      }),
    ],
  ])("%s (%#), before the model is loaded and by a dry run", async (code, changes) => {
    const own = changes();
    const planned = tinyTraining(base, at("no-reward"), own);
    await expect(planTrain(planned)).rejects.toMatchObject({ code });
    // A model without weights cannot have been loaded.
    const model = modelCopy("weightless");
    fs.rmSync(join(model, "model.safetensors"));
    expect((await trainingFails(at("no-reward"), { ...own, model })).code).toBe(code);
    expect(fs.existsSync(at("no-reward"))).toBe(false);
  });

  it("labels that a program's own reward does not ask for are not asked for", async () => {
    const prompts = someUnlabelled();
    const config = tinyTraining(base, at("own-reward"), {
      reward: "ground-truth",
      prompts,
      steps: 1,
      evaluation: { size: 0 },
    });
    const reward: RewardSource = {
      name: "length",
      rewards: ({ groups }) =>
        groups.map(({ rollouts }) => ({
          label: null,
          rewards: rollouts.map(({ tokens }) => tokens.length),
          rewarded: true,
        })),
    };
    expect(await train(config, {}, { reward })).toMatchObject({ steps: 1 });
  });

  it("a tokenizer with more tokens than the model", async () => {
    const model = modelCopy("mismatch");
    const path = join(model, "tokenizer.json");
    const tokenizer = JSON.parse(fs.readFileSync(path, "utf8")) as {
      model: { vocab: Record<string, number> };
    };
    const { vocab } = tokenizer.model;
    vocab["§"] = Object.keys(vocab).length;
    fs.writeFileSync(path, JSON.stringify(tokenizer));
    expect(await trainingFails(output(), { model })).toMatchObject({
      code: "vocabulary-mismatch",
      where: model,
    });
    expect(await failure(pretrain(tinyPretraining(base, output(), { model })))).toMatchObject({
      code: "vocabulary-mismatch",
    });
    expect(fs.existsSync(output())).toBe(false);
  });

  it("a damaged model", async () => {
    const model = modelCopy("damaged");
    fs.rmSync(join(model, "model.safetensors"));
    expect((await trainingFails(output(), { model })).code).toBe("weights-file-missing");
    fs.writeFileSync(join(model, "model.safetensors"), "not tensors at all");
    expect((await trainingFails(output(), { model })).code).toBe("safetensors-invalid");
    fs.rmSync(join(model, "tokenizer.json"));
    expect((await trainingFails(output(), { model })).code).toBe("file-missing");
  });

  it("weights that are not numbers", async () => {
    const model = modelCopy("poisoned");
    scaleWeights(model, () => Number.NaN);
    expect((await trainingFails(output(), { model })).code).toBe("weights-not-finite");
  });

  const many = (prompt: (i: number) => string) =>
    Array.from({ length: 100 }, (_, i) => ({ prompt: prompt(i) }));
  const someUnlabelled = () => ({
    file: jsonl(
      "some.jsonl",
      many((i) => `${i}>`).map((row, i) => ({ ...row, answer: i % 2 ? null : i })),
    ),
    answerColumn: "answer",
  });
});

function scaleWeights(model: string, scale: (value: number) => number): void {
  const path = join(model, "model.safetensors");
  const tensors = [...readSafetensors(path)].map(([name, { shape, data }]) => ({
    name,
    shape,
    data: name === "model.norm.weight" ? data.map(scale) : data,
  }));
  writeSafetensors(path, tensors);
}

interface SavedBatch {
  readonly step: number;
  readonly error: { readonly code: string };
  readonly data: readonly { readonly prompt: number[]; readonly completion: number[]; logprobs: unknown[] }[];
}

const savedBatch = (run: string, step: number) =>
  JSON.parse(fs.readFileSync(join(run, `failed-batch-${step}.json`), "utf8")) as SavedBatch;

describe("numbers that are none", () => {
  it("a learning rate beyond reason stops the run before the next update, its batch saved", async () => {
    const output = at("diverged");
    const error = await trainingFails(output, {
      adam: { learningRate: 1e30 },
      evaluation: { size: 8, samples: 2 },
    });
    expect(error.code).toBe("policy-not-finite");
    expect(error.where).toContain(join(output, "failed-batch-2.json"));
    const batch = savedBatch(output, 2);
    expect(batch.step).toBe(2);
    expect(batch.error.code).toBe(error.code);
    expect(batch.data).toHaveLength(16);
    expect(batch.data.flatMap(({ logprobs }) => logprobs)).toContain("NaN");
    // Step 1 is on record, step 2 is not.
    expect(recordsOf(output).map(({ kind, step }) => [kind, step])).toEqual([
      ["eval", 0],
      ["step", 1],
    ]);
    expect(readRunInfo(output)).toMatchObject({ status: "failed", error: { code: error.code } });
    // Nothing after the last good checkpoint was kept, so that going on ends in the same way.
    const again = tinyTraining(base, output, {
      adam: { learningRate: 1e30 },
      evaluation: { size: 8, samples: 2 },
    });
    expect(await failure(train(again, { resume: true }))).toMatchObject({ code: error.code });
  });

  it("so does a policy that is lost in the last step: its evaluation is not one of wrong answers", async () => {
    const output = at("diverged-last");
    const changes = { adam: { learningRate: 1e30 }, steps: 1 };
    expect((await trainingFails(output, changes)).code).toBe("policy-not-finite");
    expect(fs.readdirSync(join(output, "checkpoints"))).toEqual(["step-000000"]);
  });

  it("a model whose logits overflow is refused by the evaluation before training", async () => {
    const model = modelCopy("huge");
    scaleWeights(model, (value) => value * 1e38);
    const output = at("overflow");
    expect((await trainingFails(output, { model })).code).toBe("policy-not-finite");
    expect(readRunInfo(output).status).toBe("failed");
  });

  it("pretraining: a gradient that is not finite is not applied, and its batch saved", async () => {
    const output = at("pretrain-diverged");
    const config = tinyPretraining(base, output, {
      steps: 5,
      batchSize: 4,
      warmupSteps: 0,
      adam: { learningRate: 1e30 },
      checkpointEvery: 1,
    });
    const error = await failure(pretrain(config));
    expect(error.code).toBe("gradient-not-finite");
    const failed = recordsOf(output).at(-1)!.step + 1;
    expect(savedBatch(output, failed).data).toHaveLength(4);
    expect(fs.readdirSync(join(output, "checkpoints"))).toEqual([`step-00000${failed - 1}`]);
    expect(readRunInfo(output)).toMatchObject({ status: "failed", error: { code: "gradient-not-finite" } });
  });

  it("pretraining: an example that cannot be encoded is found before the first step, with its line", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => ({
      prompt: i === 17 ? "§" : `${i}>`,
      completion: "#1",
    }));
    const config = tinyPretraining(base, at("late"), {
      model: base.model,
      prompts: { file: jsonl("late.jsonl", rows) },
      batchSize: 2,
      steps: 30,
    });
    expect(await failure(pretrain(config))).toMatchObject({
      code: "tokenizer-unknown-character",
      where: expect.stringContaining("late.jsonl:18"),
    });
    expect(fs.existsSync(at("late"))).toBe(false);
  });
});

describe("the run directory", () => {
  it("is refused where a run is in it already, which stays as it is", async () => {
    const output = at("existing");
    await train(tinyTraining(base, output));
    const before = runContents(output);
    expect(await trainingFails(output, { seed: 1 })).toMatchObject({ code: "run-exists", where: output });
    expect(runContents(output)).toEqual(before);
  });

  it("is refused while a live process writes to it, and continued once that is gone", async () => {
    const config = tinyTraining(base, at("busy"), { steps: 1 });
    await train(config, { signal: AbortSignal.abort() });
    const lock = acquireLock(join(config.output, "lock"));
    expect(await failure(train(config, { resume: true }))).toMatchObject({
      code: "run-in-use",
      found: { pid: process.pid },
    });
    lock.release();
    expect(await train(config, { resume: true })).toMatchObject({ interrupted: false, steps: 1 });
  });

  it("continues after a torn line of metrics, and refuses a damaged one", async () => {
    const config = tinyTraining(base, at("torn"));
    await train(config);
    const expected = runContents(config.output);
    const path = join(config.output, "metrics.jsonl");
    const text = fs.readFileSync(path, "utf8");
    fs.writeFileSync(path, text.slice(0, -20));
    await train(config, { resume: true });
    expect(runContents(config.output)).toEqual(expected);

    fs.writeFileSync(path, text.replace('"step":1', '"step":'));
    expect(await failure(train(config, { resume: true }))).toMatchObject({
      code: "metrics-corrupt",
      where: `${path}:2`,
    });
  });
});

describe("a full disk", () => {
  it("stops with what could not be written, and once there is space continues to the same end", async () => {
    const config = tinyTraining(base, at("full"));
    await train({ ...config, output: at("spacious") });
    const places = [
      ["openSync", "config.yaml", "config.yaml"],
      ["writeFileSync", "checkpoints/step-000000", "checkpoints/step-000000"],
      ["fsyncSync", "rollouts/step-000001", "rollouts/step-000001.parquet"],
      ["writeSync", "metrics.jsonl", "metrics.jsonl"],
      ["renameSync", "checkpoints/step-000002", "checkpoints/step-000002"],
    ];
    for (const [call, path, where] of places) {
      const { code, error } = await trainInChild("train", config, { do: "fill", call: call!, path: path! });
      expect(code, where).toBe(1);
      expect(error, where).toMatchObject({
        code: "disk-full",
        remedy: expect.stringContaining("Free some space"),
      });
      expect(error!.where).toContain(join(config.output, where!));
    }
    await train(config, { resume: true });
    const notConfig = (name: string) => name === "config.yaml";
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("spacious"), notConfig));
  }, 180_000);
});
