/** Taking a probe: samples of the current policy to the held-out prompts that come back, scored by the starting policy. */
import { majorityVote } from "../../core/vote/majority.js";
import type { PromptPool } from "../../data/pool.js";
import type { Engine, Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";
import { tokenTexts } from "../../model/tokenizer/token-texts.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { sum } from "../../numbers.js";
import type { ProbeRow } from "../../run/run-directory.js";
import { answerTokens } from "../rollout/answer-tokens.js";
import { entropiesOf } from "../rollout/entropies.js";
import { checkFinite } from "../rollout/finite.js";
import { answersOf, STREAM, sampleGroups } from "../rollout/sample-groups.js";

export interface TakingProbe {
  readonly engine: Pick<Engine, "refreshSampler" | "baseSampler">;
  readonly tokenizer: Tokenizer;
  readonly pool: PromptPool;
  readonly samples: number;
  /** Whether the starting policy scores the samples. */
  readonly kl: boolean;
  /** Whether the entropy of each token is kept. */
  readonly entropies: boolean;
  readonly maxNewTokens: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Its rows. Every policy draws from the same stream, a key a sample, and no other stream is touched: a run with a probe trains as one without.
 * Throws `policy-not-finite`, and as the grader does.
 */
export async function takeProbe(step: number, taking: TakingProbe): Promise<ProbeRow[]> {
  const { engine, tokenizer, pool, samples, kl, entropies, maxNewTokens, seed, onProgress } = taking;
  const { prompts, canonicalise, reading } = pool;
  const sampler = await engine.refreshSampler();
  const groups = await sampleGroups(sampler, tokenizer, prompts, {
    canonicalise,
    reading,
    samples,
    maxTokens: maxNewTokens,
    temperature: 1,
    stream: [seed, STREAM.probe],
    ...(onProgress && { onProgress }),
  });
  const measured = entropies ? await entropiesOf(groups, sampler) : null;
  await sampler.release();
  checkFinite(groups);
  const reference = kl ? await scoredBy(await engine.baseSampler(), groups) : null;
  return groups.flatMap((group, g) => {
    const { label, share } = majorityVote(answersOf(group));
    return group.rollouts.map((rollout, sample): ProbeRow => {
      const texts = tokenTexts(tokenizer, rollout.tokens);
      const { text, tokens, finish, answer, graderError = null, logprobs } = rollout;
      return {
        step,
        group: g,
        sample,
        promptId: group.prompt.id,
        prompt: group.prompt.text,
        completion: text,
        tokens: tokens.length,
        finish,
        answer,
        graderError,
        voteLabel: label,
        voteShare: share,
        sumLogprob: sum(logprobs),
        ...answerTokens(rollout, texts, reading),
        tokenIds: tokens,
        tokenTexts: texts,
        logprobs: Array.from(logprobs),
        referenceLogprobs: reference && Array.from(reference[g * samples + sample]!),
        entropies: measured && Array.from(measured[g]![sample]!),
      };
    });
  });
}

const scoredBy = (sampler: Sampler, groups: readonly Group[]): Promise<Float32Array[]> =>
  sampler.logprobs(
    groups.flatMap(({ promptTokens, rollouts }) =>
      rollouts.map(({ tokens }) => ({ prompt: promptTokens, completion: tokens })),
    ),
  );
