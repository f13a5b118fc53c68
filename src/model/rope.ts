/** Rotary position tables in Llama's half-split layout. */
import type { Rope } from "./rope-scaling.js";

export interface RopeTables {
  /** [length, headDim / 2], row-major. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Tables of positions 0 to `length` − 1. Angles are rounded to float32, as the frequencies are. */
export function ropeTables({ frequencies, scale }: Rope, length: number): RopeTables {
  const half = frequencies.length;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(p * (frequencies[i] as number));
      cos[p * half + i] = Math.cos(angle) * scale;
      sin[p * half + i] = Math.sin(angle) * scale;
    }
  }
  return { cos, sin };
}
