/**
 * Self-training without labels (SRT, arXiv 2505.21444), the whole loop top to bottom: sample n solutions to each
 * prompt, take the majority answer as the label, reward agreement with it, and take one policy-gradient step, by default fully
 * on-policy. The control arms differ in the reward source alone.
 */
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import type { RunOptions } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { withRun } from "../../run/with-run.js";
import type { EvaluationResult } from "../evaluate/evaluate.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { agreementOf, noticeBase } from "./base-notice.js";
import { checkpoint, restore } from "./checkpoint.js";
import { checkpointBefore, collectUnlessStopped } from "./cut-short.js";
import { type EarlyStop, earlyStopOf, goBack, stoppingVerdict } from "./early-stopping.js";
import { evaluateAt } from "./evaluate-at.js";
import { guardUpdate } from "./failed-batch.js";
import { learningRateAt } from "./learning-rate.js";
import { updatePolicy, updatesPerStep } from "./policy-update.js";
import { prepareTraining } from "./prepare.js";
import { probesOf } from "./probing.js";
import { stepRecorder } from "./record-step.js";
import { referenceAt } from "./reference.js";
import type { Session } from "./session.js";
import { closeSession, openSession } from "./setup.js";
import { type RunSigns, signsNotice, signsOf } from "./signs.js";
import { openStages, stageStarts } from "./stages.js";
import type { Step } from "./step-record.js";
import { makeBatch, referenceLogprobs } from "./update.js";

export interface TrainSummary {
  readonly run: string;
  readonly steps: number;
  readonly seconds: number;
  readonly start: EvaluationResult | null;
  readonly end: EvaluationResult | null;
  /** How early stopping ended the run; null where it did not. */
  readonly earlyStop?: EarlyStop | null;
  /** Signs that the policy answers everything alike, or not at all; null where there are none. */
  readonly signs?: RunSigns | null;
  readonly interrupted: boolean;
}

/** What a program may put in the place of what the configuration names. */
export interface TrainerParts {
  /** Rewards of its own. A resumed run must be given the same. */
  readonly reward?: RewardSource;
}

/** Trains as configured, in the run directory `config.output`; see `RunOptions` for watching, stopping and resuming. */
export async function train(
  given: TrainConfig,
  options: RunOptions = {},
  parts: TrainerParts = {},
): Promise<TrainSummary> {
  const prepared = await prepareTraining(given, options, parts.reward);
  const { config, spec } = prepared;
  const session = await openSession(prepared);
  try {
    return await withRun(spec, config, options, (run) => loop(config, session, run, options, parts));
  } finally {
    await closeSession(session);
  }
}

async function loop(
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  { observer, signal }: RunOptions,
  { reward }: TrainerParts,
): Promise<TrainSummary> {
  const started = performance.now();
  const { engine } = session;
  const first = await restore(run, engine, updatesPerStep(config));
  const stages = await openStages(config, session, run, observer, reward);
  const stopping = { config, session, run, first, observer };
  const notices = new SampleNotices(config, observer);
  const record = stepRecorder(config, session, run, observer);

  const start = await evaluateAt(0, config, session, run, observer, { notices });
  const voted = reward === undefined;
  if (voted && first === 0 && start) noticeBase({ of: "evaluation", ...start }, config, observer);
  const probes = probesOf(config, session, run, observer);
  if (first === 0) await probes.take(0);
  let verdict = await stoppingVerdict(first, stopping);
  if (first === 0) await checkpoint(0, config, session, run);
  let end: EvaluationResult | null = null;
  let step = first;

  while (step < config.steps && verdict.stop === null && !signal?.aborted) {
    const stepStarted = performance.now();
    const reference = await referenceAt(step, config, engine);
    const stage = stages(step);
    step++;
    observer?.({ type: "step", step, steps: config.steps });

    const collecting = { config, session, stage, run, observer, notices, signal };
    const collected = await collectUnlessStopped(step, collecting);
    if (collected === null) {
      step--;
      await checkpointBefore(step, config, session, run, verdict.keep);
      break;
    }
    if (voted && step === 1) noticeBase(agreementOf(collected), config, observer);
    const groups = collected.selection.trained.map(({ group }) => group);
    const rewards = collected.selection.trained.map(({ reward }) => reward);
    const batch = makeBatch(config, groups, rewards, await referenceLogprobs(reference, groups));

    const learningRate = learningRateAt(step, { ...config, peak: config.adam.learningRate });
    const update = await guardUpdate(run, step, batch.data, () =>
      updatePolicy(engine, config, batch.miniBatches, learningRate, (done, total) =>
        observer?.({ type: "phase", phase: "update", done, total }),
      ),
    );

    const done: Step = { step, ...collected, batch, learningRate, update, stage: stage.number };
    const seconds = (performance.now() - stepStarted) / 1000;
    await record(done, stage, { seconds, sampleSeconds: collected.sampleSeconds });

    await probes.take(step);
    verdict = await stoppingVerdict(step, stopping);
    if (step === config.steps || verdict.stop !== null) break;
    const { every } = config.evaluation;
    if (every > 0 && step % every === 0) end = await evaluateAt(step, config, session, run, observer);
    // Where each level of a curriculum was left, and what early stopping may go back to.
    const keep = [verdict.keep, ...stageStarts(config, run.metrics.records, step)];
    if (signal?.aborted || keep.includes(step) || step % config.checkpointEvery === 0)
      await checkpoint(step, config, session, run, { keep });
  }

  // Outside the loop, so that a process killed between the two, or while it removed old checkpoints, is made up for.
  const finished = step === config.steps || verdict.stop !== null;
  if (finished) {
    await probes.takeLast(step);
    const { best: policy } = verdict;
    if (policy !== null) await goBack(policy, stopping);
    end = await evaluateAt(step, config, session, run, observer, { policy });
    const keep = [verdict.keep, ...stageStarts(config, run.metrics.records, step)];
    await checkpoint(step, config, session, run, { keep, policy });
  }
  const seconds = (performance.now() - started) / 1000;
  const earlyStop = finished ? earlyStopOf(step, verdict) : null;
  const signs = signsOf(config, run.metrics.records, finished ? verdict.best : null);
  if (signs) observer?.({ type: "notice", ...signsNotice(signs) });
  return { run: run.path, steps: step, seconds, start, end, earlyStop, signs, interrupted: !finished };
}
