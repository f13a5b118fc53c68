/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, in place on contiguous arrays. */
import type { ParameterSpec } from "../../../model/parameters.js";
import type { AdamParams } from "../../engine.js";
import { type AdamScalars, adamwProgram, NEW } from "../programs/adamw.js";
import { floats } from "../runtime/tensor.js";
import { Queue } from "../tasks/claims.js";
import { together } from "../tasks/together.js";
import type { Programs } from "../training/passes.js";

export interface AdamState {
  /** First and second moments, float32 [parameters]. */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  /** Steps taken. */
  step: number;
}

export function adamState(parameters: number): AdamState {
  return { mean: new Float32Array(parameters), variance: new Float32Array(parameters), step: 0 };
}

/** Parameters of one run: what is worked on stays in the processor's caches, and calls are few. */
export const STRETCH = 2 ** 18;

/** What a step works on, float32 [parameters] each. */
export interface AdamArrays {
  readonly weights: Float32Array;
  readonly grad: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** A step that is to be taken. */
export interface AdamStep {
  readonly adam: AdamParams;
  /** Its number; the first is 1. */
  readonly step: number;
  /** Global norm of the gradient. */
  readonly gradNorm: number;
}

/** The scalars of a step; matrices decay, vectors (norms) do not. */
export function adamScalars({ adam, step, gradNorm }: AdamStep) {
  const { beta1, beta2, eps, learningRate, gradClipNorm, weightDecay } = adam;
  const clip = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
  return {
    beta1,
    fresh1: (1 - beta1) * clip,
    beta2,
    fresh2: Math.sqrt(1 - beta2) * clip,
    stepSize: learningRate / (1 - beta1 ** step),
    correction: 1 / Math.sqrt(1 - beta2 ** step),
    eps,
    keepOf: ({ shape }: ParameterSpec) => (shape.length > 1 ? 1 - learningRate * weightDecay : 1),
  } satisfies Omit<AdamScalars, "keep"> & { readonly keepOf: (spec: ParameterSpec) => number };
}

/** One step, stretch after stretch by all streams; it leaves zeros in the gradient. */
export async function adamStep(
  streams: readonly Programs[],
  arrays: AdamArrays,
  specs: readonly ParameterSpec[],
  { adam, step, gradNorm }: AdamStep,
): Promise<void> {
  const { keepOf, ...numbers } = adamScalars({ adam, step, gradNorm });
  const scalars = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, scalar(value)]));
  const all = [...stretches(specs, keepOf)];
  const stepStretch = (programs: Programs) => async (job: number) => {
    const { from, to, keep } = all[job] as Stretch;
    const part = (array: Float32Array) => floats(array.subarray(from, to), [to - from]);
    const [weights, mean, variance] = [part(arrays.weights), part(arrays.mean), part(arrays.variance)];
    const grad = part(arrays.grad);
    await programs("adamw", adamwProgram).run(
      { weights, grad, mean, variance, ...scalars, keep: scalar(keep) },
      { [`${NEW}weights`]: weights, [`${NEW}mean`]: mean, [`${NEW}variance`]: variance },
    );
    grad.data.fill(0);
  };
  await together(new Queue(all.length), streams.map(stepStretch));
}

const scalar = (value: number) => floats(Float32Array.of(value), []);

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly keep: number;
}

/** Neighbours that decay alike, cut into stretches. Parameters lie one behind another. */
function* stretches(
  specs: readonly ParameterSpec[],
  keepOf: (spec: ParameterSpec) => number,
): Generator<Stretch> {
  for (let first = 0; first < specs.length; ) {
    const keep = keepOf(specs[first] as ParameterSpec);
    const rest = specs.slice(first);
    const alike = rest.findIndex((spec) => keepOf(spec) !== keep);
    const members = alike < 0 ? rest : rest.slice(0, alike);
    const { offset, size } = members.at(-1) as ParameterSpec;
    const end = offset + size;
    for (let from = (members[0] as ParameterSpec).offset; from < end; from += STRETCH)
      yield { from, to: Math.min(end, from + STRETCH), keep };
    first += members.length;
  }
}
