/** Feeds of the programs that work on whole right-padded sequences. */
import { floats, integers, lasting, type Tensor, type Tensors } from "./tensor.js";

/** A score that no softmax notices, finite so that it can be added to anything. */
export const MASKED = -1e9;

/** The mask made last. Only one is kept: those of every length that occurs would outgrow the memory budget. */
let lastMask: Tensor | null = null;

/** [T, T]: 0 on and below the diagonal, very negative above. */
export function causalMask(time: number): Tensor {
  if (lastMask?.dims[0] === time) return lastMask;
  const mask = new Float32Array(time * time);
  for (let i = 0; i < time; i++) mask.fill(MASKED, i * time + i + 1, (i + 1) * time);
  lastMask = lasting(floats(mask, [time, time]));
  return lastMask;
}

/** Positions 0, 1, 2, … of every row: int64 [rows, time]. */
export function positions(rows: number, time: number): Tensor {
  const out = new BigInt64Array(rows * time);
  for (let i = 0; i < out.length; i++) out[i] = BigInt(i % time);
  return integers(out, [rows, time]);
}

/** Where the tokens of a batch are, and what they may attend to. */
export function sequenceFeeds(rows: number, time: number): Tensors {
  return { positions: positions(rows, time), mask: causalMask(time) };
}
