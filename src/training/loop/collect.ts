/**
 * What a step learns from: groups sampled from the current policy, with their votes and rewards. Groups that are rejected are replaced by
 * further prompts, round after round, until the batch is full.
 */
import { type RejectionConfig, rejects } from "../../config/curriculum-config.js";
import { votersPerPrompt } from "../../config/reward-config.js";
import { keepsTokens } from "../../config/rollouts-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { passesNeeded, rejectionOf, type Selection, selectGroups } from "../../core/curriculum/rejection.js";
import { batchAt, refillAt } from "../../data/batches.js";
import type { Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";
import { noticeFailures } from "../../run/grader-notice.js";
import type { Observer } from "../../run/observer.js";
import { entropiesOf } from "../rollout/entropies.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import type { SampleNotices } from "../rollout/sample-notices.js";
import { guardSamples } from "./failed-batch.js";
import { moveTeacher } from "./moving-teacher.js";
import { batchNotFull, refillCount, refillRounds } from "./refill.js";
import { candidatesOf, type Judged, joined } from "./reward-samples.js";
import type { Session } from "./session.js";
import type { Stage } from "./stages.js";
import { voteAndReward } from "./vote-and-reward.js";

/** Everything that was sampled, in that order, and what of it is trained on. */
export interface Collected extends Judged {
  /** Which of `groups` are trained on; `trained` holds them without the rollouts that were dropped. */
  readonly selection: Selection;
  /** Null where nothing is ever rejected. */
  readonly refill: Refill | null;
  /** Seconds that sampling took. */
  readonly sampleSeconds: number;
  /** Entropies (nats) that each token of the policy's rollouts was drawn with, by sampled group and rollout; null where they are not kept. */
  readonly entropies: readonly (readonly Float32Array[])[] | null;
  /** Optimiser steps between the policy that sampled and the one that is trained; null where nothing is sampled ahead. */
  readonly staleness: number | null;
}

/** That part of a step which needs no model: who answered what, what was rewarded, and which groups are trained on. */
export type Rewarded = Omit<Collected, "sampleSeconds" | "entropies" | "staleness">;

export interface Refill {
  readonly rules: RejectionConfig;
  /** Rounds of further prompts that followed the first batch. */
  readonly rounds: number;
  /** Groups of the first batch: as many in every step, and chosen by nothing. */
  readonly firstBatch: number;
}

export interface Collecting {
  readonly config: TrainConfig;
  readonly session: Session;
  /** The prompts and the reward of the step. */
  readonly stage: Stage;
  /** Where samples that cannot be used are written. */
  readonly run: { readonly path: string };
  readonly observer?: Observer | undefined;
  /** What says so where the samples have no answers. */
  readonly notices?: SampleNotices;
  /** Cuts waiting for rewards short. */
  readonly signal?: AbortSignal | undefined;
  /** The first batch, where it was sampled before. */
  readonly ahead?: readonly Group[] | null;
}

/** Indices of the prompts of a step's first batch, counted from 1. */
export function firstBatch(
  step: number,
  { config, stage }: Pick<Collecting, "config" | "stage">,
): readonly number[] {
  const needed = passesNeeded(config.promptsPerStep, config.rejection);
  return batchAt(stage.pool.prompts.length, step - 1 - stage.since, needed, config.seed);
}

/** Samples the first batch of a step; see `SamplingOptions.ahead`. */
export const sampleFirst = (
  step: number,
  sampler: Sampler,
  collecting: Collecting,
  { ahead }: { readonly ahead: boolean },
): Promise<Group[]> => sampleRound(step, 0, firstBatch(step, collecting), sampler, collecting, ahead);

/** Collects the groups of a step, counted from 1. Throws `batch-not-full` where too many are rejected, and as the reward source does. */
export async function collect(step: number, collecting: Collecting): Promise<Collected> {
  const { config, session, stage } = collecting;
  const { rejection, promptsPerStep, seed } = config;
  const started = performance.now();
  await moveTeacher(step - 1, config, session.engine);
  const sampler = await session.engine.refreshSampler();
  const needed = passesNeeded(promptsPerStep, rejection);
  const pool = stage.pool.prompts;
  const position = step - 1 - stage.since;
  const rounds: Judged[] = [];
  let passed = 0;
  let round = 0;
  let indices = firstBatch(step, collecting);
  for (;;) {
    // Places in the random stream by round, so that a draw does not depend on how many came before it.
    const first = round * needed;
    const sampled =
      (round === 0 && collecting.ahead) ||
      (await sampleRound(step, first, indices, sampler, collecting, false));
    const judged = await judgeRound(step, first, sampled, sampler, collecting);
    rounds.push(judged);
    passed += candidatesOf(judged).filter((candidate) => rejectionOf(candidate, rejection) === null).length;
    if (passed >= needed || round === refillRounds(rejection)) break;
    round++;
    const seen = rounds.reduce((sum, { groups }) => sum + groups.length, 0);
    const count = refillCount(needed, passed, seen);
    indices = refillAt(pool.length, position, round, needed, seed).slice(0, count);
  }
  const sampleSeconds = (performance.now() - started) / 1000;
  const judged = joined(rounds);
  const entropies = keepsTokens(step, config) ? await entropiesOf(judged.sampled, sampler) : null;
  await sampler.release();

  // Without rejection a group that gives no reward has its place in the batch, and in its denominators.
  const selection = selectGroups(candidatesOf(judged), rejection, promptsPerStep);
  if (selection.trained.length < promptsPerStep && rejection.onShortBatch !== "train")
    throw batchNotFull(step, round, promptsPerStep, selection.rejected);
  return {
    ...judged,
    selection,
    refill: rejects(config) ? { rules: rejection, rounds: round, firstBatch: needed } : null,
    sampleSeconds,
    entropies,
    staleness: config.engine.overlap
      ? session.engine.policyVersion - Math.min(...judged.sampled.map((group) => group.policyVersion))
      : null,
  };
}

const streamOf = (step: number, { seed }: TrainConfig): number[] => [seed, STREAM.train, step];

/** Samples the groups of one round. */
function sampleRound(
  step: number,
  firstPrompt: number,
  indices: readonly number[],
  sampler: Sampler,
  { config, session, stage, observer }: Collecting,
  ahead: boolean,
): Promise<Group[]> {
  const prompts = indices.map((i) => stage.pool.prompts[i]!);
  return sampleGroups(sampler, session.tokenizer, prompts, {
    samples: votersPerPrompt(config),
    maxTokens: config.maxNewTokens,
    temperature: 1,
    stream: streamOf(step, config),
    firstPrompt,
    canonicalise: stage.pool.canonicalise,
    reading: stage.pool.reading,
    ...(ahead
      ? { ahead }
      : { onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }) }),
  });
}

/** Votes on the groups of one round, and rewards them. */
async function judgeRound(
  step: number,
  firstPrompt: number,
  sampled: readonly Group[],
  sampler: Sampler,
  { config, session, stage, run, observer, notices, signal }: Collecting,
): Promise<Judged> {
  const stream = streamOf(step, config);
  guardSamples(run, step, sampled);
  noticeFailures(sampled, observer);
  notices?.look("step", `step ${step}`, sampled, stage.pool.reading);
  const { source } = stage;
  return voteAndReward(step, sampled, {
    config,
    session,
    source,
    sampler,
    stream,
    firstPrompt,
    run,
    observer,
    signal,
  });
}
