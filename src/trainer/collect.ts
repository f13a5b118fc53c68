/** What a step learns from: groups sampled from the current policy, with their votes and rewards. */

import { votersPerPrompt } from "../config/reward-config.js";
import type { TrainConfig } from "../config/train-config.js";
import { batchAt } from "../data/batches.js";
import type { PromptPool } from "../data/pool.js";
import type { RewardSource } from "../reward/reward-source.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { noticeFailures } from "../run/grader-notice.js";
import type { Observer } from "../run/observer.js";
import { guardSamples } from "./failed-batch.js";
import { judge } from "./judge.js";
import { moveTeacher } from "./moving-teacher.js";
import type { Judged } from "./reward-samples.js";
import type { Session } from "./session.js";

export interface Collected extends Judged {
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
  await moveTeacher(step - 1, config, session.engine);
  const sampler = await session.engine.refreshSampler();
  const prompts = batchAt(pool.prompts.length, step - 1, config.promptsPerStep, config.seed).map(
    (i) => pool.prompts[i]!,
  );
  const stream = [config.seed, STREAM.train, step];
  const sampled = await sampleGroups(sampler, session.tokenizer, prompts, {
    samples: votersPerPrompt(config),
    maxTokens: config.maxNewTokens,
    temperature: 1,
    stream,
    canonicalise: pool.canonicalise,
    reading: pool.reading,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
  });
  const sampleSeconds = (performance.now() - started) / 1000;
  guardSamples(run, step, sampled);
  noticeFailures(sampled, observer);

  const judged = await judge(step, sampled, { config, session, source, sampler, stream, run, observer });
  await sampler.release();
  return { ...judged, sampleSeconds };
}
