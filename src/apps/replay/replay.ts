/**
 * A run again without its model: from the stored rollouts of each step to answers, votes, rewards and advantages, under the run's own
 * configuration, where nothing may differ, or under another, to see what it would have changed on the same samples.
 */
import { join } from "node:path";
import type { ReplayConfig } from "../../config/replay-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { lastResultOf } from "../../data/last-result.js";
import { readingOfSource } from "../../data/reading.js";
import { readControlLog } from "../../run/control.js";
import { type Gaps, gapsOf } from "../../run/gaps.js";
import { readMetrics } from "../../run/metrics-log.js";
import type { ResolveOptions } from "../../run/model-folder.js";
import { writeRollouts } from "../../run/rollouts.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { openRunStore } from "../../run/store/open-store.js";
import { controlledConfig } from "../../training/controls/effects.js";
import { AnswerReferences } from "../../training/loop/answer-references.js";
import { configOfStep } from "../../training/monitors/effects.js";
import { monitoringOf } from "../../training/monitors/monitoring.js";
import {
  type Changes,
  changesIn,
  type Difference,
  metricDifferences,
  noChanges,
  rowDifferences,
  sumOfChanges,
} from "./differences.js";
import { replayProbes } from "./probes.js";
import { recompute } from "./recompute.js";
import { answersAsRead } from "./reference-answers.js";
import { replayedConfig } from "./replayed-config.js";
import { replayedReward } from "./replayed-reward.js";
import { emptyFolder, isChosen, rolloutsOf, stageStart } from "./steps.js";
import { withModelScores } from "./stored-values.js";

export interface ReplayedStep {
  readonly step: number;
  readonly changes: Changes;
  /** Metrics of the reward as the run logged them; empty where it has no line of the step. */
  readonly stored: MetricRecord["metrics"];
  /** The same figures of the replay. */
  readonly replayed: MetricRecord["metrics"];
}

export interface Replay {
  readonly run: string;
  /** What the replay's configuration has in the place of the run's, by dotted path. */
  readonly changed: Readonly<Record<string, unknown>>;
  readonly steps: readonly ReplayedStep[];
  /** Probes whose answers, votes and figures were recomputed too: under the run's own configuration alone. */
  readonly probes: number;
  /** What of the steps asked for the run has lost, and nothing could be compared with. */
  readonly missing: Gaps;
  readonly total: Changes;
  /** Values of rows, and of metrics where the configuration is the run's own, that are not the stored ones. */
  readonly differenceCount: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Whether it is the run's own configuration, under which there must be none. */
  readonly same: boolean;
  readonly notice: string | null;
}

export interface ReplayOptions extends ResolveOptions {
  /** The reward of a run that a program trained with its own. */
  readonly reward?: RewardSource;
  /** Called after each step. */
  readonly onStep?: (step: ReplayedStep) => void;
}

const SHOWN = 100;

/** Replays step by step, so that memory does not grow with the run. Reads the run only; writes `output`. */
export async function replay(
  { run, steps, output, ...changes }: ReplayConfig,
  { reward, onStep, ...options }: ReplayOptions = {},
): Promise<Replay> {
  const configs = replayedConfig(run, changes);
  const { stored: own, config, changed } = configs;
  const store = openRunStore(run);
  const files = rolloutsOf(store, steps);
  // A column of true answers changes what is known, and nothing that is computed.
  const same = Object.keys(changed).every((key) => key === "prompts.answerColumn");
  const { sourceOf, labels, notice } = await replayedReward(run, configs, reward, options);
  const reading = readingOfSource(config.prompts, config.answers);
  const logged = readMetrics(join(run, "metrics.jsonl"));
  const records = new Map(logged.flatMap((r) => (r.kind === "step" ? [[r.step, r]] : [])));
  const alarmed = monitoringOf(own, logged);
  const controls = readControlLog(run);
  const gaps = gapsOf(run, "train", logged);
  const missing = {
    metrics: gaps.metrics.filter((step) => isChosen(step, steps)),
    rollouts: gaps.rollouts.filter((step) => isChosen(step, steps)),
    probes: gaps.probes.filter((step) => isChosen(step, steps)),
  };
  if (output !== undefined) emptyFolder(output);
  const references = new AnswerReferences(answersAsRead(store, gaps, { own, config, reading }));
  const lastResult = lastResultOf(config, reading.canonicalise);

  const done: ReplayedStep[] = [];
  const differences: Difference[] = [];
  let differenceCount = 0;
  for (const { step, path } of files) {
    const stored = withModelScores(own, await store.rollouts(step));
    const record = records.get(step);
    const figure = (name: string, otherwise: number) => {
      const value = record?.metrics[name];
      return typeof value === "number" ? value : otherwise;
    };
    const source = sourceOf(figure("stage", 1));
    const refillRounds = figure("refillRounds", 0);
    // With the rejection that alarms of earlier steps, and whoever watched, had switched on.
    const [was, now] = [own, config].map((of) =>
      controlledConfig(step, configOfStep(step, of, alarmed), controls),
    ) as [TrainConfig, TrainConfig];
    const since = stageStart(logged, step);
    const reference = since === null ? undefined : await references.at(step, since);
    const monitoring = { reference, lastResult };
    const parts = { own: was, config: now, reading, source, labels, refillRounds, monitoring };
    const { rows, metrics } = await recompute(step, stored, path, parts);
    if (output !== undefined) await writeRollouts(output, step, rows);
    const ofRows = rowDifferences(stored, rows);
    const ofMetrics = same && record ? metricDifferences(record, metrics) : [];
    const found = [...ofRows, ...ofMetrics];
    differenceCount += found.length;
    differences.push(...found.slice(0, SHOWN - differences.length));
    const figures = Object.keys(metrics).flatMap((name) => {
      const value = record?.metrics[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const replayed = {
      step,
      changes: changesIn(stored, ofRows),
      stored: Object.fromEntries(figures),
      replayed: metrics,
    };
    done.push(replayed);
    onStep?.(replayed);
  }
  // What a probe is compared with is the run's own.
  const probed = same
    ? await replayProbes(run, { config: own, reading, records: logged, missing: gaps.probes, steps }, options)
    : { probes: 0, differences: [] };
  differenceCount += probed.differences.length;
  differences.push(...probed.differences.slice(0, SHOWN - differences.length));
  const total = done.reduce((sum, one) => sumOfChanges(sum, one.changes), noChanges);
  const { probes } = probed;
  return { run, changed, steps: done, probes, missing, total, differenceCount, differences, same, notice };
}
