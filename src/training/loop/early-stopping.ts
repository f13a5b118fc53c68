/**
 * Early stopping: whether a run goes on, and which of its checkpoints it hands over. Every decision is read off the run's own records up to a
 * step, so that a resumed run makes it again.
 */
import { join } from "node:path";
import type { TrainConfig } from "../../config/train-config.js";
import { bestSoFar } from "../../core/curriculum/best-so-far.js";
import { collapseVerdict, type Signals } from "../../core/monitor/collapse-rule.js";
import { SelftrainError } from "../../errors.js";
import { openCheckpoint } from "../../run/manifest.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { policyOf } from "./checkpoint.js";
import { unrecorded } from "./evaluate-at.js";
import { measure } from "./measure.js";
import type { Session } from "./session.js";
import { stageStarts } from "./stages.js";
import { collapseRuleOf, watchedSteps } from "./watched-steps.js";

export interface Verdict {
  /** Why the run ends after this step; null where it goes on. */
  readonly stop: string | null;
  /** Step whose checkpoint must be kept: the best one, or the last one known to be healthy; null without early stopping. */
  readonly keep: number | null;
  /** Step to go back to if the run ends here; null where the last policy stays. */
  readonly best: number | null;
}

/** How a run ended otherwise than with the policy of its last step. */
export interface EarlyStop {
  readonly step: number;
  /** Step of the policy that the run ends with. */
  readonly restored: number;
  /** Whether steps were left. */
  readonly stopped: boolean;
  readonly reason: string;
}

/** Null where all steps were done and the last policy stays. */
export function earlyStopOf(step: number, { stop, best }: Verdict): EarlyStop | null {
  if (stop === null && best === null) return null;
  const restored = best ?? step;
  return { step, restored, stopped: stop !== null, reason: stop ?? `step ${restored} measured best` };
}

const goOn: Verdict = { stop: null, keep: null, best: null };

export interface Stopping {
  readonly config: TrainConfig;
  readonly session: Session;
  readonly run: Run<TrainConfig>;
  /** The step that this process began at: what was measured until then is read back. */
  readonly first: number;
  readonly observer?: Observer | undefined;
}

/** The verdict after a step; on labelled prompts the policy is first measured where that is due. */
export async function stoppingVerdict(step: number, stopping: Stopping): Promise<Verdict> {
  const { on } = stopping.config.earlyStopping ?? {};
  if (on === undefined) return goOn;
  if (on === "monitor") return judgeSignals(step, stopping.config, stopping.run.metrics.records);
  const { checkEvery: every = 5 } = stopping.config.earlyStopping!;
  if (step % every === 0 || step === stopping.config.steps) await validate(step, stopping);
  return judgeEvaluations(step, stopping.config, stopping.run.metrics.records);
}

/**
 * Measures the policy on the labelled prompts; a record from before the process began is kept as it is. Throws `metrics-incomplete` where that
 * is lost and the run ended with the policy of an earlier step: it must not be measured as this one's.
 */
async function validate(step: number, { config, session, run, first, observer }: Stopping): Promise<void> {
  if (step <= first && run.metrics.records.some((r) => r.kind === "validation" && r.step === step)) return;
  const { checkpoint } = run.resumed;
  if (step === first && checkpoint && policyOf(checkpoint.path) !== step)
    throw unrecorded("validation", step, run);
  const { engine, tokenizer, validation } = session;
  await measure(step, {
    engine,
    tokenizer,
    pool: validation!,
    run,
    observer,
    samples: config.earlyStopping!.labelledSamples ?? 8,
    maxNewTokens: config.maxNewTokens,
    seed: config.seed,
    record: (measured) => ({ ...measured, kind: "validation" }),
  });
}

function judgeEvaluations(step: number, config: TrainConfig, records: readonly MetricRecord[]): Verdict {
  const { metric = "mean", patience = 3, minDelta = 0 } = config.earlyStopping!;
  const values = records
    .filter((record) => record.kind === "validation" && record.step <= step)
    .map((record) => ({ step: record.step, value: Number(record.metrics[metric]) }));
  const found = bestSoFar(values, { patience, minDelta });
  if (found === null) return goOn;
  const { best, without, stop } = found;
  return {
    stop: stop
      ? `${metric} on ${config.earlyStopping!.labelledPrompts ?? 32} labelled prompts was best at step ${best.step} (${best.value.toFixed(3)}), and not reached in the ${without} evaluations since`
      : null,
    keep: best.step,
    best: best.step < step ? best.step : null,
  };
}

function judgeSignals(step: number, config: TrainConfig, records: readonly MetricRecord[]): Verdict {
  const since = stageStarts(config, records, step - 1).at(-1)!;
  const seen = watchedSteps(config, records, step);
  if (seen.length === 0) return { ...goOn, keep: 0 };
  const verdict = collapseVerdict(
    seen.map(({ metrics }) => metrics as unknown as Signals),
    collapseRuleOf(config),
  );
  // A step's signals are of the policy that it began with, which is that of the step before.
  const healthy = seen[verdict.healthy]!.step - 1;
  const { checkpointEvery } = config;
  // The regular checkpoints alone: one that an interruption left must not decide where a run goes back to.
  const keep = Math.max(since, Math.floor(healthy / checkpointEvery) * checkpointEvery);
  const signs = verdict.signs.map(
    ({ signal, value, bound }) => `${signal} ${value.toFixed(3)} passed ${bound.toFixed(3)}`,
  );
  return {
    stop: verdict.stop
      ? `signs of collapse at step ${step}: ${signs.join(", ")}; step ${healthy} was the last without any`
      : null,
    keep,
    best: verdict.stop ? keep : null,
  };
}

/** Puts the policy of a checkpoint in the place of the current one. Throws `early-stopping-checkpoint` where it is gone. */
export async function goBack(step: number, { session, run, observer }: Stopping): Promise<void> {
  const found = run.listCheckpoints().find(({ step: own, path }) => own === step && policyOf(path) === step);
  if (found === undefined) {
    throw new SelftrainError({
      code: "early-stopping-checkpoint",
      message: `the best policy was that of step ${step}, and its checkpoint is not there`,
      where: join(run.path, "checkpoints"),
      remedy: "restore the checkpoint, or start the run anew",
    });
  }
  await openCheckpoint(found.path, () => session.engine.loadState(found.path));
  observer?.({ type: "notice", code: "early-stopping", message: `the policy of step ${step} is restored` });
}
