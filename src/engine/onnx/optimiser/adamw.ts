/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, in place on contiguous arrays. */
import type { Tensor } from "onnxruntime-node";
import { type Allocate, ownMemory } from "../../../model/allocate.js";
import type { ParameterSpec } from "../../../model/parameters.js";
import type { AdamParams } from "../../engine.js";
import { type AdamScalars, adamwProgram, NEW } from "../programs/adamw.js";
import { floats } from "../runtime/session.js";
import { type Done, Queue, takeAll } from "../threads/claims.js";
import type { Programs } from "../training/passes.js";

export interface AdamState {
  /** First and second moments, float32 [parameters]. */
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  /** Steps taken. */
  step: number;
}

export function adamState(parameters: number, allocate: Allocate = ownMemory): AdamState {
  return { mean: allocate(parameters), variance: allocate(parameters), step: 0 };
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

/** One step, as jobs for streams. It can be sent to another thread. */
export interface AdamTask {
  readonly adam: AdamParams;
  /** Of this step; the first is 1. */
  readonly step: number;
  /** Global norm of the gradient. */
  readonly gradNorm: number;
  /** Memory of a `Queue`. */
  readonly claims: SharedArrayBuffer;
}

export const adamTask = (adam: AdamParams, step: number, gradNorm: number): AdamTask => ({
  adam,
  step,
  gradNorm,
  claims: Queue.memory(),
});

/**
 * One step, stretch after stretch until none is left to take; it leaves zeros in the gradient. Matrices decay, vectors (norms) do not.
 */
export async function adamStep(
  programs: Programs,
  arrays: AdamArrays,
  specs: readonly ParameterSpec[],
  { adam, step, gradNorm, claims }: AdamTask,
): Promise<Done<void>[]> {
  const program = await programs("adamw", adamwProgram);
  const { beta1, beta2, eps, learningRate, gradClipNorm, weightDecay } = adam;
  const clip = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
  const scalars = {
    beta1: scalar(beta1),
    fresh1: scalar((1 - beta1) * clip),
    beta2: scalar(beta2),
    fresh2: scalar(Math.sqrt(1 - beta2) * clip),
    stepSize: scalar(learningRate / (1 - beta1 ** step)),
    correction: scalar(1 / Math.sqrt(1 - beta2 ** step)),
    eps: scalar(eps),
  } satisfies Omit<Record<keyof AdamScalars, Tensor>, "keep">;
  const keepOf = ({ shape }: ParameterSpec) => (shape.length > 1 ? 1 - learningRate * weightDecay : 1);
  const all = [...stretches(specs, keepOf)];
  return takeAll(new Queue(claims, all.length), async (job) => {
    const { from, to, keep } = all[job] as Stretch;
    const parts = mapValues(arrays, (array) => array.subarray(from, to));
    const vectors = mapValues(parts, (part) => floats(part, [to - from]));
    await program.run(
      { ...vectors, ...scalars, keep: scalar(keep) },
      Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [`${NEW}${name}`, vector])),
    );
    parts.grad.fill(0);
  });
}

const scalar = (value: number) => floats(Float32Array.of(value), []);

function mapValues<K extends string, A, B>(values: Readonly<Record<K, A>>, map: (value: A) => B) {
  return Object.fromEntries(Object.entries<A>(values).map(([name, value]) => [name, map(value)])) as Record<
    K,
    B
  >;
}

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
