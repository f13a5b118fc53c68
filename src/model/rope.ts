/** Rotary position tables (Su et al. 2021, RoFormer, eq. 15) in Llama's half-split layout. */
import type { ModelConfig } from "./config.js";

export interface RopeTables {
  /** [length, headDim / 2], row-major. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

export function ropeTables({ headDim, ropeTheta }: ModelConfig, length: number): RopeTables {
  const half = headDim / 2;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let i = 0; i < half; i++) {
    const frequency = 1 / ropeTheta ** ((2 * i) / headDim);
    for (let p = 0; p < length; p++) {
      cos[p * half + i] = Math.cos(p * frequency);
      sin[p * half + i] = Math.sin(p * frequency);
    }
  }
  return { cos, sin };
}
