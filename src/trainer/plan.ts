/** What a run would do, without doing it: batch arithmetic and memory, for `--dry-run`. Writes nothing. */
import type { PretrainConfig, TrainConfig } from "../config/train-config.js";
import { exampleStream } from "../data/examples.js";
import { loadPromptPool } from "../data/prompt-pool.js";
import type { MemoryEstimate } from "../engine/engine.js";
import { planMemory } from "../engine/onnx/memory-plan.js";
import { type ModelConfig, readModelConfig } from "../model/config.js";
import { parameterCount } from "../model/parameters.js";
import { modelFolder } from "../run/model-folder.js";
import { loadTokenizer } from "../tokenizer/load.js";
import { newModelConfig, newTokenizer } from "./base-model.js";
import { easyCount } from "./teacher.js";

export interface Plan {
  /** Sequences a step. */
  readonly rollouts: number;
  /** Most tokens a step, prompts included. */
  readonly tokensPerStep: number;
  readonly steps: number;
  /** Most micro-batches a step. */
  readonly microBatches: number;
  readonly parameters: number;
  readonly memory: MemoryEstimate;
  readonly prompts: { readonly pool: number; readonly description: string; readonly longest: number };
  /** What the user may want to know beforehand. */
  readonly notes: readonly string[];
}

interface Shape {
  readonly model: ModelConfig;
  readonly budgetMiB: number;
  readonly rollouts: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly steps: number;
}

function arithmetic({
  model,
  budgetMiB,
  rollouts,
  promptTokens,
  newTokens,
  steps,
}: Shape): Omit<Plan, "prompts" | "notes"> {
  const memory = planMemory(model, budgetMiB);
  const time = promptTokens + newTokens - 1;
  return {
    rollouts,
    tokensPerStep: rollouts * (promptTokens + newTokens),
    steps,
    microBatches: Math.ceil(rollouts / memory.trainingRows(time)),
    parameters: parameterCount(model),
    memory: memory.estimate(rollouts, promptTokens, newTokens),
  };
}

export async function planTrain(config: TrainConfig): Promise<Plan> {
  const folder = modelFolder(config.model);
  const tokenizer = loadTokenizer(folder);
  const pool = await loadPromptPool(config.prompts, "train", config.prompts.size, config.seed);
  const longest = Math.max(...pool.prompts.map((p) => tokenizer.encode(p.text).length));
  const { promptsPerStep, samplesPerPrompt, steps } = config;
  const model = readModelConfig(folder);
  const trained = easyCount(pool.prompts.length, config.easyFraction);
  const epochs = (steps * promptsPerStep) / trained;
  const notes = [`the run goes through the pool ${epochs.toFixed(1)} times`];
  if (longest + config.maxNewTokens > model.contextLength) {
    notes.push(
      `the longest prompt and completion take ${longest + config.maxNewTokens} tokens, more than the context of ${model.contextLength}`,
    );
  }
  if (config.reward === "ground-truth")
    notes.push("the ground-truth reward reads labels: this is a control, not self-training");
  return {
    ...arithmetic({
      model,
      budgetMiB: config.engine.memoryBudgetMiB,
      rollouts: promptsPerStep * samplesPerPrompt,
      promptTokens: longest,
      newTokens: config.maxNewTokens,
      steps,
    }),
    prompts: {
      pool: trained,
      description: pool.description,
      longest,
    },
    notes,
  };
}

/** The lengths of supervised examples are those of the first steps. */
export async function planPretrain(config: PretrainConfig): Promise<Plan> {
  const examples = await exampleStream(config);
  const seen = Array.from({ length: Math.min(10, config.steps) }, (_, step) => examples(step)).flat();
  const folder = typeof config.model === "string" ? modelFolder(config.model) : null;
  const tokenizer = folder ? loadTokenizer(folder) : newTokenizer(config);
  const model =
    typeof config.model === "string" ? readModelConfig(folder!) : newModelConfig(config.model, tokenizer);
  const most = (texts: readonly string[]) => Math.max(...texts.map((text) => tokenizer.encode(text).length));
  const longest = most(seen.map((e) => e.prompt));
  return {
    ...arithmetic({
      model,
      budgetMiB: config.engine.memoryBudgetMiB,
      rollouts: config.batchSize,
      promptTokens: longest,
      newTokens: most(seen.map((e) => e.completion)) + 1,
      steps: config.steps,
    }),
    prompts: {
      pool: new Set(seen.map((e) => e.prompt)).size,
      description: "distinct prompts in the first ten steps",
      longest,
    },
    notes: [],
  };
}
