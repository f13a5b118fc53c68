/** What a step learns from: groups sampled from the current policy, with their votes and rewards. */
import type { TrainConfig } from "../config/train-config.js";
import { batchAt } from "../data/batches.js";
import type { PromptPool } from "../data/pool.js";
import type { Group } from "../group.js";
import type { GroupReward, RewardSource } from "../reward/reward-source.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { voteOf } from "../rollout/vote-group.js";
import { noticeFailures } from "../run/grader-notice.js";
import type { Observer } from "../run/observer.js";
import type { VoteResult } from "../vote/majority.js";
import { guardSamples } from "./failed-batch.js";
import type { Session } from "./session.js";

/** Groups, votes and rewards in the same order. */
export interface Collected {
  readonly groups: readonly Group[];
  readonly votes: readonly VoteResult[];
  readonly rewards: readonly GroupReward[];
  /** Seconds that sampling took. */
  readonly sampleSeconds: number;
}

export interface Collecting {
  readonly config: TrainConfig;
  readonly session: Session;
  /** The prompts that are trained on. */
  readonly pool: PromptPool;
  readonly source: RewardSource;
  /** Where samples that cannot be used are written. */
  readonly run: { readonly path: string };
  readonly observer?: Observer | undefined;
}

/** Collects the groups of a step, counted from 1. */
export async function collect(
  step: number,
  { config, session, pool, source, run, observer }: Collecting,
): Promise<Collected> {
  const started = performance.now();
  const sampler = await session.engine.refreshSampler();
  const prompts = batchAt(pool.prompts.length, step - 1, config.promptsPerStep, config.seed).map(
    (i) => pool.prompts[i]!,
  );
  const stream = [config.seed, STREAM.train, step];
  const groups = await sampleGroups(sampler, session.tokenizer, prompts, {
    samples: config.samplesPerPrompt,
    maxTokens: config.maxNewTokens,
    temperature: 1,
    stream,
    canonicalise: pool.canonicalise,
    reading: pool.reading,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
  });
  const sampleSeconds = (performance.now() - started) / 1000;
  await sampler.release();
  guardSamples(run, step, groups);
  noticeFailures(groups, observer);

  const votes = groups.map((group) => voteOf(group, config.vote, stream));
  const rewards = await source.rewards({ step, groups, votes });
  return { groups, votes, rewards, sampleSeconds };
}
