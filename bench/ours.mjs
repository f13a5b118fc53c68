/** Our side of each workload, through the package's public API. */
import { majorityReward, majorityVote, rloo, tokenWeights, uniform } from "selftrain";
import { workload } from "./workload.mjs";

const { seed, adam, model } = workload;

/** Random token ids. Any would do: the time does not depend on them. */
function tokens(length, ...key) {
  return Array.from({ length }, (_, t) => Math.floor(uniform(seed, ...key, t) * model.vocabSize));
}

/** Each returns a function that does the workload once. */
export const ours = {
  train(engine) {
    const { sequences, length } = workload.train;
    const data = Array.from({ length: sequences }, (_, i) => ({
      prompt: tokens(1, 0, i),
      completion: tokens(length, 1, i),
      weights: new Float32Array(length).fill(1 / (sequences * length)),
      policyVersion: 0,
    }));
    return async () => {
      await engine.forwardBackward(data, { kind: "cross-entropy" });
      await engine.optimStep(adam);
    };
  },

  sample(engine) {
    const { sequences, promptLength, newTokens } = workload.sample;
    const requests = Array.from({ length: sequences }, (_, i) => ({
      prompt: tokens(promptLength, 2, i),
      n: 1,
      keys: [[seed, i]],
    }));
    return async () => {
      const sampler = await engine.refreshSampler();
      const completions = await sampler.sample(requests, options(newTokens));
      await sampler.release();
      checkLengths(completions.flat(), sequences, newTokens);
    };
  },

  step(engine) {
    const { prompts, samples, promptLength, newTokens } = workload.step;
    const prompts_P = Array.from({ length: prompts }, (_, p) => tokens(promptLength, 3, p));
    const source = majorityReward();
    return async () => {
      const sampler = await engine.refreshSampler();
      const version = sampler.policyVersion;
      const requests = prompts_P.map((prompt, p) => ({
        prompt,
        n: samples,
        keys: Array.from({ length: samples }, (_, i) => [seed, version, p, i]),
      }));
      const completions_P_n = await sampler.sample(requests, options(newTokens));
      await sampler.release();
      checkLengths(completions_P_n.flat(), prompts * samples, newTokens);

      const advantages_P_n = completions_P_n.map((completions, p) => {
        const group = toGroup(prompts_P[p], p, completions, version);
        const vote = majorityVote(
          group.rollouts.map((rollout) => rollout.answer),
          { ties: "smallest" },
        );
        return rloo(source.reward(group, vote).rewards);
      });
      // Unanimous groups are skipped in a real run; here every completion has to be trained on.
      if (advantages_P_n.flat().includes(0)) throw new Error("a group has no gradient: choose another seed");
      const lengths_P_n = completions_P_n.map((completions) => completions.map((c) => c.tokens.length));
      const weights_P_n_T = tokenWeights(lengths_P_n, advantages_P_n, { mode: "token-mean" });

      const data = completions_P_n.flatMap((completions, p) =>
        completions.map((completion, i) => ({
          prompt: prompts_P[p],
          completion: completion.tokens,
          logprobs: completion.logprobs,
          weights: weights_P_n_T[p][i],
          policyVersion: version,
        })),
      );
      await engine.forwardBackward(data, { kind: "importance-sampling" });
      await engine.optimStep(adam);
    };
  },
};

function options(maxTokens) {
  return { maxTokens, temperature: 1, ignoreEos: true };
}

/** An untrained model solves nothing: its last token, in four classes, stands for an answer to vote on. */
function toGroup(promptTokens, p, completions, policyVersion) {
  const rollouts = completions.map((completion) => ({
    ...completion,
    text: completion.tokens.join(" "),
    answer: String(completion.tokens.at(-1) % 4),
  }));
  return { prompt: { id: String(p), text: "" }, promptTokens, policyVersion, rollouts };
}

function checkLengths(completions, count, length) {
  const complete = completions.filter((completion) => completion.tokens.length === length).length;
  if (complete !== count) throw new Error(`${complete} of ${count} completions have ${length} tokens`);
}
