/** From a step's samples to votes and rewards, with the models that take part in them. */
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import type { Sampler } from "../../engine/engine.js";
import type { Group, TokenMeasure } from "../../group.js";
import { noticeFailures } from "../../run/grader-notice.js";
import type { Observer } from "../../run/observer.js";
import { guardSamples } from "./failed-batch.js";
import { sampleTeacher } from "./moving-teacher.js";
import { type Judged, rewardSamples } from "./reward-samples.js";
import type { Session } from "./session.js";

export interface Judging {
  readonly config: TrainConfig;
  readonly session: Session;
  readonly source: RewardSource;
  /** The policy that sampled. */
  readonly sampler: Sampler;
  /** Key of the random stream of these samples. */
  readonly stream: readonly number[];
  /** Place of the first group in that stream. */
  readonly firstPrompt: number;
  readonly run: { readonly path: string };
  readonly observer?: Observer | undefined;
  /** Cuts waiting for rewards short. */
  readonly signal?: AbortSignal | undefined;
}

/** Votes on what the policy sampled in a step, and rewards the part that is trained. Throws as `rewardSamples` and sampling do. */
export async function voteAndReward(
  step: number,
  sampled: readonly Group[],
  { config, session, source, sampler, stream, firstPrompt, run, observer, signal }: Judging,
): Promise<Judged> {
  const scores = (await session.scorer?.scores(sampled)) ?? null;
  let taught: readonly Group[] | null = null;
  if (config.reward === "ema-teacher") {
    taught = await sampleTeacher(sampled, config, session, { stream, firstPrompt }, observer);
    guardSamples(run, step, taught);
    noticeFailures(taught, observer);
  }
  const measured = (groups: readonly Group[], measure: TokenMeasure) => meansOf(sampler, groups, measure);
  return rewardSamples(step, { sampled, taught, scores }, { config, source, stream, measured, signal });
}

/** The mean over its tokens of a measure, of each rollout of each group. */
async function meansOf(
  sampler: Sampler,
  groups: readonly Group[],
  measure: TokenMeasure,
): Promise<number[][]> {
  const values = await sampler.measure(
    groups.flatMap(({ promptTokens, rollouts }) =>
      rollouts.map(({ tokens }) => ({ prompt: promptTokens, completion: tokens })),
    ),
    measure,
  );
  let at = 0;
  return groups.map(({ rollouts }) =>
    rollouts.map(() => {
      const own = values[at++]!;
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    }),
  );
}
