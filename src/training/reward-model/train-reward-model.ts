/**
 * A reward model trained from votes, top to bottom: score the solutions to some prompts, let the objective say how its loss changes with each
 * score, and hand that back as the weights of the linear loss. The gradient is exact, and the engine needs to know of no objective.
 */
import type { RewardModelTrainConfig } from "../../config/reward-model-config.js";
import { scoreMetrics } from "../../core/reward-model/metrics.js";
import { objectiveOf } from "../../core/reward-model/objective.js";
import { batchAt } from "../../data/batches.js";
import type { Datum, ScoringEngine } from "../../engine/engine.js";
import type { RunOptions } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { withRun } from "../../run/with-run.js";
import { checkpoint, restore } from "../loop/checkpoint.js";
import { guardUpdate } from "../loop/failed-batch.js";
import { learningRateAt } from "../loop/learning-rate.js";
import type { Example } from "./examples.js";
import { type Measurement, measure, measurementRecord } from "./measure.js";
import { openRewardTraining, prepareRewardTraining, type RewardTraining } from "./setup.js";
import { keepVotes } from "./votes-file.js";

export interface RewardModelSummary {
  readonly run: string;
  readonly steps: number;
  readonly seconds: number;
  /** Groups that were trained on, and held out. */
  readonly trained: number;
  readonly heldOut: number;
  /** On the prompts held out, before and after; null where none are, or the run was stopped. */
  readonly start: Measurement | null;
  readonly end: Measurement | null;
  readonly interrupted: boolean;
}

/** Trains as configured, in the run directory `config.output`. The last checkpoint is the reward model. */
export async function trainRewardModel(
  given: RewardModelTrainConfig,
  options: RunOptions = {},
): Promise<RewardModelSummary> {
  const prepared = await prepareRewardTraining(given, options);
  const { config, spec } = prepared;
  const training = await openRewardTraining(prepared);
  try {
    return await withRun(spec, config, options, (run) => loop(config, training, run, options));
  } finally {
    await training.engine.close();
  }
}

async function loop(
  config: RewardModelTrainConfig,
  training: RewardTraining,
  run: Run<RewardModelTrainConfig>,
  { observer, signal }: RunOptions,
): Promise<RewardModelSummary> {
  const started = performance.now();
  const { engine, examples } = training;
  keepVotes(run.path, training);
  let step = await restore(run, engine);
  const start = await measureAt(step === 0 ? 0 : null, config, training, run, observer);
  let end: Measurement | null = null;

  while (step < config.steps && !signal?.aborted) {
    const stepStarted = performance.now();
    const batch = batchAt(examples.length, step, config.groupsPerStep, config.seed).map((i) => examples[i]!);
    step++;
    observer?.({ type: "step", step, steps: config.steps });
    const learningRate = learningRateAt(step, { ...config, peak: config.adam.learningRate });
    const { metrics, tokens } = await update(step, batch, learningRate, config, engine, run);
    const seconds = (performance.now() - stepStarted) / 1000;
    append(
      run,
      { kind: "step", step, metrics, time: { seconds, tokensPerSecond: tokens / seconds } },
      observer,
    );

    if (step === config.steps) break;
    const { every } = config.evaluation;
    if (every > 0 && step % every === 0) await measureAt(step, config, training, run, observer);
    if (signal?.aborted || step % config.checkpointEvery === 0) await checkpoint(step, config, training, run);
  }

  if (step === config.steps) {
    end = await measureAt(step, config, training, run, observer);
    await checkpoint(step, config, training, run);
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    run: run.path,
    steps: step,
    seconds,
    trained: examples.length,
    heldOut: training.heldOut.length,
    start,
    end,
    interrupted: step < config.steps,
  };
}

/** One optimiser step. Figures of the batch are those before it. */
async function update(
  step: number,
  batch: readonly Example[],
  learningRate: number,
  { objective, weighting, adam }: RewardModelTrainConfig,
  engine: ScoringEngine,
  run: { readonly path: string },
): Promise<{ metrics: MetricRecord["metrics"]; tokens: number }> {
  const sequences = batch.flatMap((example) => example.sequences);
  const flat = await engine.scores(sequences);
  let from = 0;
  const scores = batch.map((example) => {
    from += example.sequences.length;
    return flat.slice(from - example.sequences.length, from);
  });
  const verdicts = batch.map(({ verdict }) => verdict);
  const { loss, derivatives } = objectiveOf(objective, weighting, verdicts, scores);
  const weights = derivatives.flat();
  const data = sequences.map(
    (sequence, i): Datum => ({
      ...sequence,
      weights: Float32Array.of(weights[i]!),
      policyVersion: engine.policyVersion,
    }),
  );
  const gradNorm = await guardUpdate(run, step, data, async () => {
    await engine.forwardBackward(data, { kind: "linear" });
    return (await engine.optimStep({ ...adam, learningRate })).gradNorm;
  });
  const figures = scoreMetrics(batch.map((_, g) => ({ scores: scores[g]!, right: verdicts[g]!.agrees })));
  const tokens = sequences.reduce((sum, s) => sum + s.prompt.length + s.completion.length, 0);
  return {
    metrics: {
      loss,
      gradNorm,
      voteAccuracy: figures.accuracy,
      votePairwiseAccuracy: figures.pairwiseAccuracy,
      meanScore: flat.reduce((sum, score) => sum + score, 0) / flat.length,
      learningRate,
      solutions: sequences.length,
      tokens,
    },
    tokens,
  };
}

/** Measures the model on what is held out, as that of `step`; null where nothing is, or no step is named. */
async function measureAt(
  step: number | null,
  { evaluation }: RewardModelTrainConfig,
  { engine, heldOut }: RewardTraining,
  run: Run<RewardModelTrainConfig>,
  observer: RunOptions["observer"],
): Promise<Measurement | null> {
  if (step === null || heldOut.length === 0) return null;
  const started = performance.now();
  const result = await measure(engine, heldOut, evaluation.bins, (done, total) =>
    observer?.({ type: "phase", phase: "evaluate", done, total }),
  );
  append(run, measurementRecord(step, result, (performance.now() - started) / 1000), observer);
  return result;
}

function append(
  run: Run<RewardModelTrainConfig>,
  record: MetricRecord,
  observer: RunOptions["observer"],
): void {
  const notice = run.append(record);
  if (notice) observer?.({ type: "notice", ...notice });
  observer?.({ type: "record", record });
}
