/** Supervised training of a base model on completions, so that self-training has a start. */
import type { PretrainConfig } from "../../config/train-config.js";
import type { Example, ExampleStream } from "../../data/examples.js";
import type { PromptPool } from "../../data/pool.js";
import type { Datum } from "../../engine/engine.js";
import type { RunOptions } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { withRun } from "../../run/with-run.js";
import type { EvaluationResult } from "../evaluate/evaluate.js";
import { checkpoint, restore } from "../loop/checkpoint.js";
import { guardUpdate } from "../loop/failed-batch.js";
import { learningRateAt } from "../loop/learning-rate.js";
import { measure } from "../loop/measure.js";
import type { TrainSummary } from "../loop/train.js";
import { type BaseModel, openBaseModel } from "../start/base-model.js";
import { encodeExamplePrompts } from "../start/example-prompts.js";
import { evaluatedTokens, NOT_EVALUATED, preparePretraining } from "./prepare.js";

/** Pretrains as configured, in the run directory `config.output`. The last checkpoint is the base model. See `RunOptions` for watching, stopping and resuming. */
export async function pretrain(given: PretrainConfig, options: RunOptions = {}): Promise<TrainSummary> {
  const prepared = await preparePretraining(given, options);
  const { config, spec, examples, heldOut } = prepared;
  if (heldOut === null) options.observer?.({ type: "notice", code: "not-evaluated", message: NOT_EVALUATED });
  const model = await openBaseModel(prepared.model, config);
  try {
    return await withRun(spec, config, options, (run) =>
      loop(config, model, examples, heldOut, run, options),
    );
  } finally {
    await model.engine.close();
  }
}

async function loop(
  config: PretrainConfig,
  model: BaseModel,
  examples: ExampleStream,
  heldOut: PromptPool | null,
  run: Run<PretrainConfig>,
  { observer, signal }: RunOptions,
): Promise<TrainSummary> {
  const started = performance.now();
  const { engine } = model;
  let step = await restore(run, engine);
  const { adam, ...schedule } = config;
  let next: Datum[] | null = null;

  while (step < config.steps && !signal?.aborted) {
    const stepStarted = performance.now();
    const data: Datum[] = next ?? toData(examples.at(step), config, model);
    step++;
    observer?.({ type: "step", step, steps: config.steps });

    const learningRate = learningRateAt(step, { ...schedule, peak: adam.learningRate });
    const pending = guardUpdate(run, step, data, async () => {
      const { loss } = await engine.forwardBackward(data, { kind: "cross-entropy" });
      return { loss, ...(await engine.optimStep({ ...adam, learningRate })) };
    });
    // The engine has its own thread: the next batch is drawn while it works. Awaited together, so that neither is left
    // to fail unheard where the other one does.
    const drawing = (async () => (step < config.steps ? toData(examples.at(step), config, model) : null))();
    const [update, drawn] = await Promise.all([pending, drawing]);
    next = drawn;

    const tokens = data.reduce((sum, d) => sum + d.completion.length, 0);
    const seconds = (performance.now() - stepStarted) / 1000;
    const record: MetricRecord = {
      kind: "step",
      step,
      metrics: { loss: update.loss, gradNorm: update.gradNorm, learningRate, tokens },
      time: { seconds, tokensPerSecond: tokens / seconds },
    };
    const notice = run.append(record);
    if (notice) observer?.({ type: "notice", ...notice });
    observer?.({ type: "record", record });
    if (step < config.steps && (signal?.aborted || step % config.checkpointEvery === 0))
      await checkpoint(step, config, model, run);
  }

  const finished = step === config.steps;
  let end: EvaluationResult | null = null;
  if (finished) {
    if (heldOut)
      end = await measure(config.steps, {
        ...model,
        pool: heldOut,
        run,
        observer,
        samples: config.evaluation.samples,
        temperature: config.evaluation.temperature,
        maxNewTokens: evaluatedTokens(config),
        seed: config.seed,
      });
    await checkpoint(step, config, model, run);
  }
  const seconds = (performance.now() - started) / 1000;
  return { run: run.path, steps: step, seconds, start: null, end, interrupted: !finished };
}

/** Examples as data whose token-sum loss is the mean negative log-likelihood of a completion token. */
function toData(
  examples: readonly Example[],
  { prompts: source }: PretrainConfig,
  { tokenizer, engine }: BaseModel,
): Datum[] {
  const eos = tokenizer.eosTokens[0]!;
  const completions = examples.map((e) => [...tokenizer.encode(e.completion), eos]);
  const tokens = completions.reduce((sum, c) => sum + c.length, 0);
  return encodeExamplePrompts(examples, source, tokenizer).map((prompt, i) => ({
    prompt,
    completion: completions[i]!,
    weights: new Float32Array(completions[i]!.length).fill(1 / tokens),
    policyVersion: engine.policyVersion,
  }));
}
