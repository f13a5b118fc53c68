/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, in place on contiguous arrays. */
import type { ParameterSpec } from "../../model/parameters.js";
import type { AdamParams } from "../engine.js";
import type { Programs } from "./passes.js";
import { type AdamScalars, adamwProgram, NEW } from "./programs/adamw.js";
import { floats } from "./session.js";

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

/**
 * √Σ g², accumulated in double precision, where no square overflows: finite exactly when every gradient is. Four sums
 * at a time do not wait for each other.
 */
export function globalNorm(grad: Float32Array): number {
  const whole = grad.length - (grad.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    const [w, x, y, z] = [
      grad[i] as number,
      grad[i + 1] as number,
      grad[i + 2] as number,
      grad[i + 3] as number,
    ];
    a += w * w;
    b += x * x;
    c += y * y;
    d += z * z;
  }
  for (let i = whole; i < grad.length; i++) a += (grad[i] as number) ** 2;
  return Math.sqrt(a + b + c + d);
}

/** Parameters of one run: what is worked on stays in the processor's caches, and calls are few. */
const STRETCH = 2 ** 18;

/** One step. `gradNorm` is the global norm of `grad`; matrices decay, vectors (norms) do not. */
export async function adamStep(
  programs: Programs,
  weights: Float32Array,
  grad: Float32Array,
  state: AdamState,
  specs: readonly ParameterSpec[],
  adam: AdamParams,
  gradNorm: number,
): Promise<void> {
  const program = await programs("adamw", adamwProgram);
  state.step++;
  const { beta1, beta2, eps, learningRate, gradClipNorm, weightDecay } = adam;
  const clip = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
  const scalars = {
    beta1,
    fresh1: (1 - beta1) * clip,
    beta2,
    fresh2: Math.sqrt(1 - beta2) * clip,
    stepSize: learningRate / (1 - beta1 ** state.step),
    correction: 1 / Math.sqrt(1 - beta2 ** state.step),
    eps,
  };
  const arrays = { weights, grad, mean: state.mean, variance: state.variance };
  const keepOf = ({ shape }: ParameterSpec) => (shape.length > 1 ? 1 - learningRate * weightDecay : 1);
  for (const { from, to, keep } of stretches(specs, keepOf)) {
    const vectors = mapValues(arrays, (array) => floats(array.subarray(from, to), [to - from]));
    await program.run(
      { ...vectors, ...mapValues({ ...scalars, keep } satisfies AdamScalars, scalar) },
      Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [`${NEW}${name}`, vector])),
    );
  }
}

const scalar = (value: number) => floats(Float32Array.of(value), []);

function mapValues<K extends string, A, B>(values: Readonly<Record<K, A>>, map: (value: A) => B) {
  return Object.fromEntries(Object.entries<A>(values).map(([name, value]) => [name, map(value)])) as Record<
    K,
    B
  >;
}

/** Neighbours that decay alike, cut into stretches. Parameters lie one behind another. */
function* stretches(
  specs: readonly ParameterSpec[],
  keepOf: (spec: ParameterSpec) => number,
): Generator<{ from: number; to: number; keep: number }> {
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
