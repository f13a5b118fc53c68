/** Whole RLOO steps: sampling, a vote, rewards, advantages, one update, all but the first and the last by the loop's own functions. */
import { majorityReward, majorityVote } from "selftrain";
import { trainConfigSchema } from "../../dist/config/train-config.js";
import { updatePolicy } from "../../dist/training/loop/policy-update.js";
import { makeBatch } from "../../dist/training/loop/update.js";
import { answersOf } from "../../dist/training/rollout/sample-groups.js";
import { everyConfiguration } from "../configurations.mjs";
import { seconds } from "../measure.mjs";
import { models } from "../models.mjs";
import { settings } from "../settings.mjs";
import { checkLengths, randomTokens, samplingOptions } from "./tokens.mjs";

/**
 * A function that does one step and returns the seconds of sampling and of everything after. Every completion is trained on; with
 * `unanimous`, those of every second group all give the same answer, so that the loop leaves these groups out.
 */
export function openStep(engine, model, { prompts, samples, promptLength, newTokens, unanimous = false }) {
  const prompts_P = Array.from({ length: prompts }, (_, p) => randomTokens(model, promptLength, 3, p));
  const source = majorityReward();
  const { learningRate, ...adam } = settings.adam;
  const config = trainConfigSchema.parse({
    model: "-",
    output: "-",
    prompts: { task: "chain-sums" },
    maxNewTokens: newTokens,
    adam: { ...adam, learningRate },
  });
  const expectedSkipped = unanimous ? prompts / 2 : 0;

  return async () => {
    const sampler = await engine.refreshSampler();
    const policyVersion = sampler.policyVersion;
    const requests = prompts_P.map((prompt, p) => ({
      prompt,
      n: samples,
      keys: Array.from({ length: samples }, (_, i) => [settings.seed, policyVersion, p, i]),
    }));
    let completions_P_n;
    const sampleSeconds = await seconds(async () => {
      completions_P_n = await sampler.sample(requests, samplingOptions(newTokens));
      await sampler.release();
    });
    checkLengths(completions_P_n.flat(), prompts * samples, newTokens);

    const updateSeconds = await seconds(async () => {
      const groups = completions_P_n.map((completions, p) => ({
        prompt: { id: String(p), text: "" },
        promptTokens: prompts_P[p],
        policyVersion,
        rollouts: completions.map((completion, i) => ({
          ...completion,
          text: completion.tokens.join(" "),
          answer: unanimous && p % 2 === 0 ? "0" : answerOf(i),
        })),
      }));
      const votes = groups.map((group) => majorityVote(answersOf(group)));
      const rewards = groups.map((group, p) => source.reward(group, votes[p]));
      const batch = makeBatch(config, groups, rewards, null);
      if (batch.skippedGroups !== expectedSkipped) {
        throw new Error(`${batch.skippedGroups} groups have no gradient, not ${expectedSkipped}`);
      }
      await updatePolicy(engine, config, batch.miniBatches, learningRate, () => {});
    });
    return { sampleSeconds, updateSeconds };
  };
}

/** An untrained model solves nothing: of the samples of a group, every fourth disagrees with the others. */
const answerOf = (sample) => (sample % 4 === 0 ? "1" : "0");

export function step(modelName, sizes, runs) {
  const { prompts, samples, newTokens, unanimous } = sizes;
  return {
    title: `RLOO step ${modelName} (${prompts} × ${samples} × ${newTokens}${unanimous ? ", half unanimous" : ""})`,
    unit: "s",
    model: modelName,
    sizes,
    runs,
    peer: { kind: "step", title: "TRL RLOOTrainer", configurations: everyConfiguration },
    open: (engine) => openStep(engine, models[modelName], sizes),
  };
}
