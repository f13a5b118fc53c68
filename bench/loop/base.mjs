/**
 * A model that has learned nothing, its tokenizer and prompts, for times of whole steps. Its alphabet is so wide that hardly a completion ends before
 * it is as long as it may be: a step's work is then known beforehand.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pretrain, pretrainConfigSchema } from "selftrain";

const ALPHABET = 2000;
/** The first of the ideographs. */
const FIRST = 0x4e00;
const PROMPTS = 256;

/** Characters of a prompt, and so its tokens. */
export const PROMPT = 32;

const letters = (from, count) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(FIRST + ((from + i) % ALPHABET))).join("");

/** `{model, prompts}`: paths of a run and of a file in `folder`. `shape` is as `model` of a config has it. */
export async function untrainedBase(folder, shape) {
  const file = join(folder, "prompts.jsonl");
  const rows = Array.from({ length: PROMPTS }, (_, i) => ({
    prompt: letters(37 * i, PROMPT),
    completion: letters(37 * i + PROMPT, 8),
    answer: String(i),
  }));
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const model = join(folder, "base");
  await pretrain(
    pretrainConfigSchema.parse({
      output: model,
      prompts: { file, answerColumn: "answer" },
      steps: 1,
      batchSize: 8,
      adam: { learningRate: 1e-9 },
      evaluation: { size: 4, samples: 1, maxNewTokens: 1 },
      model: shape,
      engine: { threads: 1 },
    }),
  );
  return { model, prompts: file };
}

/** A run whose every rollout is paid or not by a draw, so that all of them are trained on. */
export const drawnRewards = ({ model, prompts }, output) => ({
  model,
  output,
  prompts: { file: prompts, answerColumn: "answer" },
  reward: "random",
  evaluation: { size: 0 },
  keepCheckpoints: 1,
});
