/** What the training of a reward model would do, for `--dry-run`. No weights are downloaded. */
import type { RewardModelTrainConfig } from "../../config/reward-model-config.js";
import { planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { countMicroBatches } from "../../engine/onnx/training/micro-batch.js";
import { parameterCount } from "../../model/parameters.js";
import { withScalarHead } from "../../model/scalar-head.js";
import type { RunOptions } from "../../run/observer.js";
import type { Plan } from "../plan/plan.js";
import { longest } from "./examples.js";
import { prepareRewardTraining } from "./setup.js";

export async function planRewardModel(
  config: RewardModelTrainConfig,
  options: RunOptions = {},
): Promise<Plan> {
  const prepared = await prepareRewardTraining(config, { ...options, weights: false });
  const { examples, description, notes } = prepared;
  const { config: body, hub } = prepared.model;
  const model = body.head === "scalar" ? body : withScalarHead(body);
  const { prompt, completion } = longest(examples);
  const most = Math.max(...examples.map(({ sequences }) => sequences.length));
  const rollouts = config.groupsPerStep * most;
  const memory = planMemory({ config: model, lora: null }, planOptions(config.engine, prepared.spec.device));
  const time = prompt + completion;
  const { layerByLayer, sizes } = memory.training(time, rollouts * time);
  const parameters = parameterCount(model);
  const { groupsPerStep, steps } = config;
  return {
    promptsPerStep: groupsPerStep,
    rollouts,
    tokensPerStep: rollouts * (prompt + completion),
    steps,
    updatesPerStep: 1,
    totals: {
      prompts: steps * groupsPerStep,
      completions: steps * rollouts,
      tokens: steps * rollouts * (prompt + completion),
      optimiserSteps: steps,
    },
    microBatches: countMicroBatches(rollouts, time, sizes),
    layerByLayer,
    parameters,
    trainedParameters: parameters,
    memory: memory.estimate(rollouts, prompt, completion + 1),
    device: prepared.spec.device,
    prompts: { pool: new Set(examples.map(({ id }) => id)).size, description, longest: prompt },
    notes: [...(hub === null ? [] : [`the model is ${hub.pinned}`]), ...notes],
  };
}
