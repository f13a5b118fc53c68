/** What a step trains on: the prompts and the reward of its stage. Without a curriculum there is one stage. */
import type { TrainConfig } from "../../config/train-config.js";
import { stageStarts as startsOf } from "../../core/curriculum/stages.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { groundTruthReward } from "../../core/reward/stored-labels.js";
import type { PromptPool } from "../../data/pool.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { Session } from "./session.js";
import { rewardSource } from "./setup.js";
import { trueLabels } from "./stored-labels.js";
import { easiestPrompts, teacherVotes } from "./teacher.js";

export interface Stage {
  /** Counted from 1; null where there is no curriculum. */
  readonly number: number | null;
  /** Steps that were done when it began. */
  readonly since: number;
  readonly pool: PromptPool;
  readonly source: RewardSource;
}

export type StagedConfig = Partial<Pick<TrainConfig, "curriculum">>;

/** The stage of the step that begins after so many are done. */
export type Stages = (done: number) => Stage;

/** Opens pools and reward sources; `reward` takes the place of the configured one. */
export async function openStages(
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
  reward?: RewardSource,
): Promise<Stages> {
  const { stagePools } = session;
  const source = reward ?? (await rewardSource(config, session, run, observer));
  const { curriculum, easyFraction } = config;
  if (curriculum === undefined) {
    const [whole] = stagePools as [PromptPool];
    const votes = easyFraction < 1 ? await teacherVotes(config, session, run, observer) : null;
    const prompts = votes ? easiestPrompts(whole.prompts, votes, easyFraction) : whole.prompts;
    return () => ({ number: null, since: 0, pool: { ...whole, prompts }, source });
  }
  const { groundTruthStages } = curriculum;
  const groundTruth = groundTruthStages > 0 ? groundTruthReward(trueLabels(session.pool, config)) : source;
  return (done) => {
    const starts = stageStarts(config, run.metrics.records, done);
    const at = starts.length - 1;
    return {
      number: starts.length,
      since: starts[at]!,
      pool: stagePools[at]!,
      source: at < groundTruthStages ? groundTruth : source,
    };
  };
}

/**
 * Steps that were done when each stage began that has begun. Read off the run's own records of the steps that are done, so that there is no
 * state that could be lost.
 */
export function stageStarts(
  { curriculum }: StagedConfig,
  records: readonly MetricRecord[],
  done: number,
): number[] {
  if (curriculum === undefined) return [0];
  const values = records
    .filter(({ kind, step }) => kind === "step" && step <= done)
    .map(({ metrics }) => {
      const value = metrics[curriculum.advanceOn];
      return typeof value === "number" ? value : null;
    });
  return startsOf(values, { ...curriculum, stages: curriculum.stages.length });
}

/** Records of the steps up to `step` of its stage: other prompts have other answers. */
export function stepsOfStage(
  config: StagedConfig,
  records: readonly MetricRecord[],
  step: number,
): MetricRecord[] {
  const since = stageStarts(config, records, step - 1).at(-1)!;
  return records.filter((r) => r.kind === "step" && r.step > since && r.step <= step);
}
