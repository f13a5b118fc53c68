/** Feeds of the programs that work on whole right-padded sequences. */
import type * as ort from "onnxruntime-node";
import { floats, integers } from "./session.js";

/** A score that no softmax notices, finite so that it can be added to anything. */
export const MASKED = -1e9;

const causalMasks = new Map<number, ort.Tensor>();

/** [T, T]: 0 on and below the diagonal, very negative above. */
export function causalMask(time: number): ort.Tensor {
  const known = causalMasks.get(time);
  if (known) return known;
  const mask = new Float32Array(time * time);
  for (let i = 0; i < time; i++) mask.fill(MASKED, i * time + i + 1, (i + 1) * time);
  const tensor = floats(mask, [time, time]);
  causalMasks.set(time, tensor);
  return tensor;
}

/** Positions 0, 1, 2, … of every row: int64 [rows, time]. */
export function positions(rows: number, time: number): ort.Tensor {
  const out = new BigInt64Array(rows * time);
  for (let i = 0; i < out.length; i++) out[i] = BigInt(i % time);
  return integers(out, [rows, time]);
}
