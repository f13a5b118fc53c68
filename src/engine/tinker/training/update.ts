/** One `forwardBackward` of the loop as requests to a model, and its result from their answers. */
import { lossCoefficients } from "../../../core/loss/coefficients.js";
import { isPolicyLoss, type LossSpec, type PolicyLoss } from "../../../core/loss/loss.js";
import { SelftrainError } from "../../../errors.js";
import { sum } from "../../../numbers.js";
import type { Datum, ForwardBackwardResult } from "../../engine.js";
import type { Facts } from "../profile/facts.js";
import type { Profile } from "../profile/profile.js";
import type { ForwardBackwardOutput, WireDatum } from "../wire/messages.js";
import { checkLogprobs, completionLogprobs } from "./check-logprobs.js";
import { chunksOfData, wireDatum } from "./datum.js";
import { reductionFactors, type WireLoss, wireLoss } from "./loss.js";
import type { RemoteModel } from "./model.js";

export interface Updating {
  readonly model: RemoteModel;
  readonly profile: Profile;
  readonly facts: Facts;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

type Sequence = Pick<Datum, "prompt" | "completion">;

/** The answers of all chunks as one. */
async function pass(
  { model, profile, onProgress }: Pick<Updating, "model" | "profile" | "onProgress">,
  data: readonly WireDatum[],
  { lossFn, lossConfig }: WireLoss,
  forwardOnly: boolean,
): Promise<ForwardBackwardOutput & { readonly chunks: number }> {
  const chunks = chunksOfData(data, profile.limits);
  const futures = [];
  for (const chunk of chunks) futures.push(await model.pass(chunk, lossFn, lossConfig, forwardOnly));
  const outputs: ForwardBackwardOutput["outputs"][number][] = [];
  const metrics: Record<string, number> = {};
  for (const [i, future] of futures.entries()) {
    const answer = await future.result();
    outputs.push(...answer.outputs);
    // Read where they are the server's own figures, and all of those are sums.
    for (const [name, value] of Object.entries(answer.metrics)) metrics[name] = (metrics[name] ?? 0) + value;
    onProgress?.(i + 1 < chunks.length ? outputs.length : data.length, data.length);
  }
  return { outputs, metrics, chunks: chunks.length };
}

/** Logprobs of completions of a token or more by the weights as they are. Throws `tinker-answer-invalid`. */
export async function forwardLogprobs(
  updating: Pick<Updating, "model" | "profile">,
  data: readonly Sequence[],
): Promise<Float32Array[]> {
  if (data.length === 0) return [];
  const { mask } = updating.profile;
  const wire = data.map((datum) =>
    wireDatum(
      datum,
      { weights: new Float32Array(datum.completion.length).fill(1) },
      mask === "weights" ? null : mask,
    ),
  );
  const answer = await pass(updating, wire, { lossFn: "cross_entropy", lossConfig: {} }, true);
  const logprobs = completionLogprobs(answer, data);
  checkLogprobs(logprobs, "forward, datum");
  return logprobs;
}

/** What a policy loss sends of each token beside the targets. */
function policyInputs(datum: Datum, factor: number, loss: PolicyLoss): Record<string, ArrayLike<number>> {
  const { weights, logprobs, reference, scales } = datum;
  return {
    logprobs: logprobs!,
    advantages: factor === 1 ? weights : weights.map((weight) => weight * factor),
    ...(loss.kl ? { reference: reference! } : {}),
    ...(loss.kl || loss.entropyBonus !== undefined ? { scales: scales! } : {}),
  };
}

function noEntropy(): SelftrainError {
  return new SelftrainError({
    code: "engine-lacks",
    message: "this server cannot compute an entropy bonus: it takes the whole distribution of each token",
    where: "entropyBonus",
    remedy: "set entropyBonus to 0, or train with the embedded engine or on selftrain engine serve",
  });
}

/** Throws what a loss asks for that no way leads to. */
export function checkLoss(loss: LossSpec, profile: Profile): void {
  if (isPolicyLoss(loss) && loss.entropyBonus !== undefined && !profile.terms) throw noEntropy();
  if (loss.kind !== "linear") return;
  throw new SelftrainError({
    code: "engine-lacks",
    message: "a reward model cannot be trained over the Tinker protocol",
    found: "the linear loss",
    remedy: "train it with the embedded engine",
  });
}

/** Adds the gradient of data with a token or more each. Throws as the transport does, `tinker-answer-invalid` and `engine-lacks`. */
export async function update(
  updating: Updating,
  data: readonly Datum[],
  loss: LossSpec,
): Promise<ForwardBackwardResult> {
  checkLoss(loss, updating.profile);
  const native = wireLoss(loss, updating.profile, updating.facts.reduction);
  return native ? nativeUpdate(updating, data, loss, native) : weightedUpdate(updating, data, loss);
}

async function nativeUpdate(
  updating: Updating,
  data: readonly Datum[],
  loss: LossSpec,
  native: WireLoss,
): Promise<ForwardBackwardResult> {
  const { profile, facts } = updating;
  const factors = reductionFactors(facts.reduction, data);
  const wire = data.map((datum, i) =>
    isPolicyLoss(loss)
      ? wireDatum(datum, policyInputs(datum, factors[i]!, loss), profile.mask)
      : wireDatum(datum, { weights: datum.weights }, profile.mask === "weights" ? null : profile.mask),
  );
  // Before the gradient is added: some servers hand back what they were sent.
  const own = facts.echoes ? await forwardLogprobs(updating, data) : null;
  const answer = await pass(updating, wire, native, false);
  const logprobs = own ?? completionLogprobs(answer, data);
  checkLogprobs(logprobs, "forward_backward, datum");
  return profile.figures
    ? serverFigures(answer, logprobs)
    : { ...figures(data, loss, logprobs), logprobs, entropy: null, microBatches: answer.chunks };
}

/** Any loss whose gradient is a weight a token: importance sampling at the policy's own logprobs, whose ratios are 1. */
async function weightedUpdate(
  updating: Updating,
  data: readonly Datum[],
  loss: LossSpec,
): Promise<ForwardBackwardResult> {
  const { profile, facts } = updating;
  const logprobs = await forwardLogprobs(updating, data);
  const factors = reductionFactors(facts.reduction, data);
  const wire = data.map((datum, i) => {
    const coefficients = isPolicyLoss(loss)
      ? lossCoefficients(loss, { ...datum, sampled: datum.logprobs!, current: logprobs[i]! }).coefficients
      : datum.weights;
    const advantages = Float32Array.from(coefficients, (own) => own * factors[i]!);
    return wireDatum(datum, { logprobs: logprobs[i]!, advantages }, profile.mask);
  });
  const answer = await pass(updating, wire, { lossFn: "importance_sampling", lossConfig: {} }, false);
  completionLogprobs(answer, data);
  return { ...figures(data, loss, logprobs), logprobs, entropy: null, microBatches: answer.chunks };
}

/** Loss and clipped tokens, from the logprobs. */
function figures(data: readonly Datum[], loss: LossSpec, logprobs: readonly Float32Array[]) {
  if (!isPolicyLoss(loss)) {
    const losses = data.map(
      ({ weights }, i) => -sum(Array.from(weights, (weight, t) => weight * logprobs[i]![t]!)),
    );
    return { loss: sum(losses), clipped: 0 };
  }
  const all = data.map((datum, i) =>
    lossCoefficients(loss, { ...datum, sampled: datum.logprobs!, current: logprobs[i]! }),
  );
  return { loss: sum(all.map((own) => own.loss)), clipped: sum(all.map((own) => own.clipped)) };
}

function serverFigures({ metrics }: ForwardBackwardOutput, logprobs: Float32Array[]): ForwardBackwardResult {
  return {
    loss: metrics["loss:sum"] ?? 0,
    clipped: metrics["clipped:sum"] ?? 0,
    entropy: metrics["entropy:sum"] ?? null,
    microBatches: metrics["micro_batches:sum"] ?? 0,
    logprobs,
  };
}
