/**
 * A base model that is pretrained in two seconds: it copies three digits, each wrong with some probability, as a
 * careless student does. Its single samples are often wrong in scattered ways and its majority is right, which is what
 * self-training lives on. `407>` → `#407`.
 */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import {
  type PretrainConfig,
  pretrain,
  pretrainConfigSchema,
  Random,
  type TrainConfig,
  trainConfigSchema,
} from "selftrain";
import { afterAll, beforeAll } from "vitest";
import type { PretrainConfigInput, TrainConfigInput } from "../../../src/config/train-config.js";

export interface TinyBase {
  /** A folder for the test file's runs, removed afterwards. */
  readonly folder: string;
  /** The base model: the run directory of its pretraining. */
  readonly model: string;
  /** Rows with `prompt`, `completion` (careless) and `answer` (true). */
  readonly file: string;
}

const answerTokens = "#407".length + 1;

/** The base, made before the tests of a file. */
export function tinyBase(): TinyBase {
  const base = { folder: "", model: "", file: "" };
  beforeAll(async () => {
    base.folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-tiny-"));
    base.model = join(base.folder, "base");
    base.file = join(base.folder, "copy.jsonl");
    fs.writeFileSync(base.file, rows(1500, 0.25).join("\n"));
    await pretrain(tinyPretraining(base, base.model));
  });
  afterAll(() => fs.rmSync(base.folder, { recursive: true, force: true }), 60_000);
  return base;
}

function rows(count: number, slip: number): string[] {
  const random = new Random(5);
  return Array.from({ length: count }, () => {
    const digits = [random.int(0, 9), random.int(0, 9), random.int(0, 9)];
    const careless = digits.map((digit) => (random.next() < slip ? random.int(0, 9) : digit));
    const answer = String(Number(digits.join("")));
    return JSON.stringify({ prompt: `${digits.join("")}>`, completion: `#${careless.join("")}`, answer });
  });
}

/** The base's own pretraining, or a variation of it. */
export function tinyPretraining(
  { file }: TinyBase,
  output: string,
  changes: Partial<PretrainConfigInput> = {},
): PretrainConfig {
  return pretrainConfigSchema.parse({
    output,
    prompts: { file, answerColumn: "answer" },
    steps: 160,
    batchSize: 64,
    warmupSteps: 10,
    adam: { learningRate: 1e-2 },
    model: { hiddenSize: 32, layers: 1, heads: 4, feedForward: 64, contextLength: 16 },
    evaluation: { size: 16, samples: 2, maxNewTokens: answerTokens },
    engine: { threads: 1 },
    ...changes,
  });
}

/** A self-training run of a few quick steps. */
export function tinyTraining(
  { model, file }: TinyBase,
  output: string,
  changes: Partial<TrainConfigInput> = {},
): TrainConfig {
  return trainConfigSchema.parse({
    model,
    output,
    prompts: { file, answerColumn: "answer", size: 64 },
    steps: 4,
    promptsPerStep: 4,
    samplesPerPrompt: 4,
    maxNewTokens: answerTokens,
    adam: { learningRate: 1e-3 },
    evaluation: { size: 8, samples: 2, every: 2 },
    checkpointEvery: 2,
    keepCheckpoints: 1,
    engine: { threads: 1 },
    ...changes,
  });
}
