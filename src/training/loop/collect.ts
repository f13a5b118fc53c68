/**
 * What a step learns from: groups sampled from the current policy, with their votes and rewards. Groups that are rejected are replaced by
 * further prompts, round after round, until the batch is full.
 */
import { type RejectionConfig, rejects } from "../../config/curriculum-config.js";
import { votersPerPrompt } from "../../config/reward-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { passesNeeded, rejectionOf, type Selection, selectGroups } from "../../core/curriculum/rejection.js";
import { batchAt, refillAt } from "../../data/batches.js";
import type { Sampler } from "../../engine/engine.js";
import type { Prompt } from "../../group.js";
import { noticeFailures } from "../../run/grader-notice.js";
import type { Observer } from "../../run/observer.js";
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
}

/** That part of a step which needs no model: who answered what, what was rewarded, and which groups are trained on. */
export type Rewarded = Omit<Collected, "sampleSeconds">;

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
}

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
  let indices = batchAt(pool.length, position, needed, seed);
  for (;;) {
    const prompts = indices.map((i) => pool[i]!);
    // Places in the random stream by round, so that a draw does not depend on how many came before it.
    const judged = await sampleRound(step, round * needed, prompts, sampler, collecting);
    rounds.push(judged);
    passed += candidatesOf(judged).filter((candidate) => rejectionOf(candidate, rejection) === null).length;
    if (passed >= needed || round === refillRounds(rejection)) break;
    round++;
    const seen = rounds.reduce((sum, { groups }) => sum + groups.length, 0);
    const count = refillCount(needed, passed, seen);
    indices = refillAt(pool.length, position, round, needed, seed).slice(0, count);
  }
  const sampleSeconds = (performance.now() - started) / 1000;
  await sampler.release();

  // Without rejection a group that gives no reward has its place in the batch, and in its denominators.
  const judged = joined(rounds);
  const selection = selectGroups(candidatesOf(judged), rejection, promptsPerStep);
  if (selection.trained.length < promptsPerStep && rejection.onShortBatch !== "train")
    throw batchNotFull(step, round, promptsPerStep, selection.rejected);
  return {
    ...judged,
    selection,
    refill: rejects(config) ? { rules: rejection, rounds: round, firstBatch: needed } : null,
    sampleSeconds,
  };
}

/** Samples, votes and rewards the groups of one round. */
async function sampleRound(
  step: number,
  firstPrompt: number,
  prompts: readonly Prompt[],
  sampler: Sampler,
  { config, session, stage, run, observer, notices, signal }: Collecting,
): Promise<Judged> {
  const stream = [config.seed, STREAM.train, step];
  const sampled = await sampleGroups(sampler, session.tokenizer, prompts, {
    samples: votersPerPrompt(config),
    maxTokens: config.maxNewTokens,
    temperature: 1,
    stream,
    firstPrompt,
    canonicalise: stage.pool.canonicalise,
    reading: stage.pool.reading,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
  });
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
