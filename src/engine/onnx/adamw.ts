/** AdamW (Loshchilov & Hutter 2019) with clipping by global norm, in place on contiguous arrays. */
import type { ParameterSpec } from "../../model/parameters.js";
import type { AdamParams } from "../engine.js";

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

/** One step. `gradNorm` is the global norm of `grad`; matrices decay, vectors (norms) do not. */
export function adamStep(
  weights: Float32Array,
  grad: Float32Array,
  state: AdamState,
  specs: readonly ParameterSpec[],
  adam: AdamParams,
  gradNorm: number,
): void {
  state.step++;
  const { beta1, beta2, eps, learningRate, gradClipNorm } = adam;
  const scale = gradClipNorm > 0 && gradNorm > gradClipNorm ? gradClipNorm / gradNorm : 1;
  const stepSize = learningRate / (1 - beta1 ** state.step);
  const correction = 1 / Math.sqrt(1 - beta2 ** state.step);
  const { mean, variance } = state;
  for (const { offset, size, shape } of specs) {
    const keep = shape.length > 1 ? 1 - learningRate * adam.weightDecay : 1;
    for (let i = offset; i < offset + size; i++) {
      const g = (grad[i] as number) * scale;
      const m = beta1 * (mean[i] as number) + (1 - beta1) * g;
      const v = beta2 * (variance[i] as number) + (1 - beta2) * g * g;
      mean[i] = m;
      variance[i] = v;
      weights[i] = keep * (weights[i] as number) - (stepSize * m) / (Math.sqrt(v) * correction + eps);
    }
  }
}
