/**
 * Offline training on votes, the baselines of SRT: rounds of sampling, voting, choosing what the vote prefers, and training on it for an
 * epoch or so. Supervised on the majority's completions (rejection-sampling fine-tuning, STaR), or on preference pairs (DPO, ScPO).
 */
import type { FinetuneConfig } from "../../config/finetune-config.js";
import type { Observer, RunOptions } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { withRun } from "../../run/with-run.js";
import type { EvaluationResult } from "../evaluate/evaluate.js";
import { noticeBase } from "../loop/base-notice.js";
import { evaluateAt } from "../loop/evaluate-at.js";
import { guardUpdate } from "../loop/failed-batch.js";
import { learningRateAt } from "../loop/learning-rate.js";
import type { TrainSummary } from "../loop/train.js";
import { SampleNotices } from "../rollout/sample-notices.js";
import { checkpointAt, type Place, restorePlace } from "./checkpoint.js";
import { prepareFinetuning } from "./prepare.js";
import { finetuneRecord } from "./record.js";
import { agreementOf, openRound, prepare, type Round } from "./round.js";
import { type OfflineSession, openOffline } from "./session.js";

/** Trains as configured, in the run directory `config.output`; see `RunOptions` for watching, stopping and resuming. */
export async function finetune(given: FinetuneConfig, options: RunOptions = {}): Promise<TrainSummary> {
  const prepared = await prepareFinetuning(given, options);
  const { config, spec } = prepared;
  const session = await openOffline(prepared);
  try {
    return await withRun(spec, config, options, (run) => loop(config, session, run, options));
  } finally {
    await session.engine.close();
  }
}

async function loop(
  config: FinetuneConfig,
  session: OfflineSession,
  run: Run<FinetuneConfig>,
  { observer, signal }: RunOptions,
): Promise<TrainSummary> {
  const started = performance.now();
  const restored = await restorePlace(run, session);
  let place: Place = restored ?? { step: 0, round: 1, roundStep: 0 };
  const notices = new SampleNotices(config, observer);
  const start = await evaluateAt(0, config, session, run, observer, { notices });
  if (place.step === 0 && start) noticeBase({ of: "evaluation", ...start }, config, observer);
  if (!restored) await checkpointAt(place, config, session, run);
  let end: EvaluationResult | null = null;

  while (place.round <= config.rounds && !signal?.aborted) {
    const round = await openRound(place, config, session, run, { observer, notices });
    if (place.step === 0) noticeBase(agreementOf(round.votes), config, observer);
    noticeWarmup(round, config, observer);
    while (place.roundStep < round.steps && !signal?.aborted) {
      observer?.({ type: "step", step: place.step + 1, steps: stepsSeen(place, round, config) });
      const record = await trainStep(round, place, config, session, run);
      const notice = run.append(record);
      if (notice) observer?.({ type: "notice", ...notice });
      observer?.({ type: "record", record });
      place = { ...place, step: place.step + 1, roundStep: place.roundStep + 1 };
      if (place.roundStep === round.steps) break;
      const { every } = config.evaluation;
      if (every > 0 && place.step % every === 0) await evaluateAt(place.step, config, session, run, observer);
      if (signal?.aborted || place.step % config.checkpointEvery === 0)
        await checkpointAt(place, config, session, run);
    }
    if (place.roundStep < round.steps) break;
    // The next round samples from this policy, so it is kept whatever checkpointEvery says.
    end = await evaluateAt(place.step, config, session, run, observer);
    place = { step: place.step, round: place.round + 1, roundStep: 0 };
    await checkpointAt(place, config, session, run);
  }

  const finished = place.round > config.rounds;
  if (finished && end === null) {
    end = await evaluateAt(place.step, config, session, run, observer);
    // A process killed while it removed old checkpoints is made up for.
    run.pruneCheckpoints(place.step, config.keepCheckpoints, [0]);
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    run: run.path,
    steps: place.step,
    seconds,
    start,
    end: finished ? end : null,
    interrupted: !finished,
  };
}

/** How many steps a round has follows from its votes, so this cannot be refused beforehand. */
function noticeWarmup({ round, steps }: Round, { warmupSteps }: FinetuneConfig, observer?: Observer): void {
  if (warmupSteps < steps) return;
  observer?.({
    type: "notice",
    code: "warmup-outlasts-round",
    message: `warmupSteps ${warmupSteps} outlasts round ${round}, which has ${steps} steps: the learning rate does not arrive`,
  });
}

/** Steps so far known of: as if later rounds were as long as this one. */
const stepsSeen = ({ step, roundStep }: Place, { round, steps }: Round, { rounds }: FinetuneConfig): number =>
  step - roundStep + steps * (rounds - round + 1);

async function trainStep(
  round: Round,
  { step, roundStep }: Place,
  config: FinetuneConfig,
  session: OfflineSession,
  run: Run<FinetuneConfig>,
): Promise<MetricRecord> {
  const started = performance.now();
  const { engine, pool } = session;
  const { adam, decay, warmupSteps } = config;
  const schedule = { peak: adam.learningRate, steps: round.steps, warmupSteps, decay };
  const learningRate = learningRateAt(roundStep + 1, schedule);
  const { data, figures } = await prepare(round, roundStep, config, session);
  const { loss, gradNorm } = await guardUpdate(run, step + 1, data, async () => {
    const result = await engine.forwardBackward(data, { kind: "cross-entropy" });
    return { loss: result.loss, ...(await engine.optimStep({ ...adam, learningRate })) };
  });
  const tokens = data.reduce((sum, { completion }) => sum + completion.length, 0);
  const seconds = (performance.now() - started) / 1000;
  // The engine's loss is linear in the logprobs: of pairs it has the gradient, not the value.
  const all = { loss, ...figures, gradNorm, learningRate, tokens };
  const time = { seconds, tokensPerSecond: tokens / seconds };
  return finetuneRecord({ step: step + 1, round, figures: all }, roundStep === 0 ? pool.labels : null, time);
}
