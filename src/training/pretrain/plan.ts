/** What `selftrain pretrain` would do, for `--dry-run`. No weights are downloaded. */
import type { PretrainConfig } from "../../config/train-config.js";
import type { RunOptions } from "../../run/observer.js";
import { arithmetic, hubNotes, type Plan } from "../plan/plan.js";
import { longestPrompt } from "../rollout/fit.js";
import { NOT_EVALUATED, preparePretraining } from "./prepare.js";

/** Lengths are those of all examples of a file, and of the first steps of a task. */
export async function planPretrain(config: PretrainConfig, options: RunOptions = {}): Promise<Plan> {
  const { examples, seen, model, heldOut, measured, spec } = await preparePretraining(config, {
    ...options,
    weights: false,
  });
  const longest = longestPrompt(measured);
  return {
    ...arithmetic({
      model: model.config,
      config,
      loss: { kind: "cross-entropy" },
      device: spec.device,
      beside: { start: false, copies: 0, scores: null },
      prompts: config.batchSize,
      rollouts: config.batchSize,
      promptTokens: longest,
      newTokens: measured.reduce((most, { completion }) => Math.max(most, completion), 0),
      steps: config.steps,
    }),
    prompts: {
      pool: new Set(seen.map(({ prompt }) => prompt)).size,
      description: examples.rows
        ? `distinct prompts of ${config.prompts.file}`
        : "distinct prompts in the first ten steps",
      longest,
    },
    notes: [...(model.found ? hubNotes(model.found) : []), ...(heldOut === null ? [NOT_EVALUATED] : [])],
  };
}
