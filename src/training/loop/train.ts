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
import { Controls } from "../controls/controls.js";
import type { EvaluationResult } from "../evaluate/evaluate.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { agreementOf, noticeBase } from "./base-notice.js";
import { checkpoint, restore } from "./checkpoint.js";
import { checkpointBefore, collectUnlessStopped } from "./cut-short.js";
import { goBack } from "./ending.js";
import { evaluateAt } from "./evaluate-at.js";
import { guardUpdate } from "./failed-batch.js";
import { correctMismatch } from "./mismatch.js";
import { updatePolicy, updatesPerStep } from "./policy-update.js";
import { prepareTraining } from "./prepare.js";
import { probesOf } from "./probing.js";
import { stepRecorder } from "./record-step.js";
import { referenceAt } from "./reference.js";
import type { Session } from "./session.js";
import { closeSession, openSession } from "./setup.js";
import { openStages, stageStarts } from "./stages.js";
import type { Step } from "./step-record.js";
import { makeBatch, referenceLogprobs } from "./update.js";
import { type Conclusion, Watching } from "./watching.js";

export interface TrainSummary extends Partial<Conclusion> {
  readonly run: string;
  readonly steps: number;
  readonly seconds: number;
  readonly start: EvaluationResult | null;
  readonly end: EvaluationResult | null;
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
  given: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  { observer, signal }: RunOptions,
  { reward }: TrainerParts,
): Promise<TrainSummary> {
  const started = performance.now();
  const { engine } = session;
  const first = await restore(run, engine, updatesPerStep(given));
  const stages = await openStages(given, session, run, observer, reward);
  // Where each level of a curriculum was left, and what a monitor may go back to.
  const keep = (step: number) => [...ending.keep, ...stageStarts(given, run.metrics.records, step)];
  const save = (step: number) => checkpoint(step, given, session, run, { keep: keep(step) });
  const controls = new Controls({ run, observer, signal, checkpoint: save });
  const watching = new Watching({ config: given, session, run, first, controls, observer });
  const notices = new SampleNotices(given, observer);
  const record = stepRecorder(given, session, run, observer);

  const start = await evaluateAt(0, given, session, run, observer, { notices });
  const voted = reward === undefined;
  if (voted && first === 0 && start) noticeBase({ of: "evaluation", ...start }, given, observer);
  const probes = probesOf(given, session, run, observer);
  if (first === 0) await probes.take(0);
  let ending = await watching.after(first);
  if (first === 0) await checkpoint(0, given, session, run);
  let end: EvaluationResult | null = null;
  let step = first;

  while (step < given.steps && ending.stop === null && !signal?.aborted) {
    if (await controls.at(step)) break;
    const stepStarted = performance.now();
    const reference = await referenceAt(step, given, engine);
    const stage = stages(step);
    step++;
    observer?.({ type: "step", step, steps: given.steps });
    const { config, learningRate } = watching.before(step);

    const collecting = { config, session, stage, run, observer, notices, signal };
    const collected = await collectUnlessStopped(step, collecting);
    if (collected === null) {
      step--;
      await checkpointBefore(step, config, session, run, ending.keep);
      break;
    }
    if (voted && step === 1) noticeBase(agreementOf(collected), config, observer);
    const groups = collected.selection.trained.map(({ group }) => group);
    const rewards = collected.selection.trained.map(({ reward }) => reward);
    const made = makeBatch(config, groups, rewards, await referenceLogprobs(reference, groups));
    const batch = await correctMismatch(config, engine, made);

    const update = await guardUpdate(run, step, batch.data, () =>
      updatePolicy(engine, config, batch.miniBatches, learningRate, (done, total) =>
        observer?.({ type: "phase", phase: "update", done, total }),
      ),
    );

    const done: Step = { step, ...collected, batch, learningRate, update, stage: stage.number };
    const seconds = (performance.now() - stepStarted) / 1000;
    const time = { seconds, sampleSeconds: collected.sampleSeconds };
    await record(done, stage, time, watching.judgeSeconds);

    await probes.take(step);
    ending = await watching.after(step);
    if (step === config.steps || ending.stop !== null) break;
    const { every } = config.evaluation;
    if (every > 0 && step % every === 0) end = await evaluateAt(step, config, session, run, observer);
    if (signal?.aborted || keep(step).includes(step) || step % config.checkpointEvery === 0) await save(step);
  }

  // Outside the loop, so that a process killed between the two, or while it removed old checkpoints, is made up for.
  const finished = step === given.steps || ending.stop !== null;
  if (finished) {
    await probes.takeLast(step);
    const { best: policy } = ending;
    if (policy !== null) await goBack(policy, { session, run, observer });
    end = await evaluateAt(step, given, session, run, observer, { policy });
    await watching.end();
    controls.end(step);
    await checkpoint(step, given, session, run, { keep: keep(step), policy });
  }
  const seconds = (performance.now() - started) / 1000;
  const conclusion = watching.conclude(step, finished ? ending : null);
  return { run: run.path, steps: step, seconds, start, end, ...conclusion, interrupted: !finished };
}
