/** What the training of a reward model would do, for `--dry-run`. No weights are downloaded. */
import type { RewardModelTrainConfig } from "../../config/reward-model-config.js";
import { planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { countMicroBatches } from "../../engine/onnx/training/micro-batch.js";
import { readModelConfig } from "../../model/config-file.js";
import { parameterCount } from "../../model/parameters.js";
import { withScalarHead } from "../../model/scalar-head.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { type ResolveOptions, resolveModel } from "../../run/model-folder.js";
import type { Plan } from "../plan/plan.js";
import { longest } from "./examples.js";
import { rewardVotes } from "./setup.js";

export async function planRewardModel(
  config: RewardModelTrainConfig,
  options: ResolveOptions = {},
): Promise<Plan> {
  const { folder, bases, hub } = await resolveModel(config.model, { ...options, weights: false });
  const tokenizer = loadTokenizer(folder, bases);
  const body = readModelConfig(folder, bases);
  const model = body.head === "scalar" ? body : withScalarHead(body);
  const { examples, description, notes } = await rewardVotes(config, tokenizer, model.contextLength, options);
  const { prompt, completion } = longest(examples);
  const most = Math.max(...examples.map(({ sequences }) => sequences.length));
  const rollouts = config.groupsPerStep * most;
  const memory = planMemory({ config: model, lora: null }, planOptions(config.engine));
  const time = prompt + completion;
  const { layerByLayer, sizes } = memory.training(time, rollouts * time);
  const parameters = parameterCount(model);
  return {
    rollouts,
    tokensPerStep: rollouts * (prompt + completion),
    steps: config.steps,
    microBatches: countMicroBatches(rollouts, time, sizes),
    layerByLayer,
    parameters,
    trainedParameters: parameters,
    memory: memory.estimate(rollouts, prompt, completion + 1),
    prompts: { pool: new Set(examples.map(({ id }) => id)).size, description, longest: prompt },
    notes: [...(hub === null ? [] : [`the model is ${hub.pinned}`]), ...notes],
  };
}
