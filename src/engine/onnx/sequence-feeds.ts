/** Feeds of the programs that work on whole right-padded sequences. */
import type * as ort from "onnxruntime-node";
import type { LossKind } from "../../loss/loss.js";
import type { Datum } from "../engine.js";
import { lookUp } from "./embedding.js";
import { join, type MicroBatch } from "./micro-batch.js";
import type { Policy } from "./policy.js";
import { floats, integers, type Tensors } from "./session.js";

/** A score that no softmax notices, finite so that it can be added to anything. */
export const MASKED = -1e9;

/** The mask made last. Only one is kept: those of every length that occurs would outgrow the memory budget. */
let lastMask: ort.Tensor | null = null;

/** [T, T]: 0 on and below the diagonal, very negative above. */
export function causalMask(time: number): ort.Tensor {
  if (lastMask?.dims[0] === time) return lastMask;
  const mask = new Float32Array(time * time);
  for (let i = 0; i < time; i++) mask.fill(MASKED, i * time + i + 1, (i + 1) * time);
  lastMask = floats(mask, [time, time]);
  return lastMask;
}

/** Positions 0, 1, 2, … of every row: int64 [rows, time]. */
export function positions(rows: number, time: number): ort.Tensor {
  const out = new BigInt64Array(rows * time);
  for (let i = 0; i < out.length; i++) out[i] = BigInt(i % time);
  return integers(out, [rows, time]);
}

/** Feeds of the scoring program, and of the training program but for its loss. */
export function sequenceFeeds(policy: Policy, batch: MicroBatch): Tensors {
  const { hiddenSize } = policy.config;
  const { rows, time, scored, targets } = batch;
  return {
    ...policy.feeds,
    embeddings: floats(lookUp(policy.embeddings, hiddenSize, batch.tokens), [rows, time, hiddenSize]),
    positions: positions(rows, time),
    mask: causalMask(time),
    rows: integers(scored, [scored.length]),
    targets: integers(targets, [targets.length, 1]),
  };
}

/** What the loss of the training program adds. */
export function lossFeeds(data: readonly Datum[], batch: MicroBatch, loss: LossKind): Tensors {
  const shape = [batch.scored.length];
  const weights = floats(
    join(batch, (i) => (data[i] as Datum).weights),
    shape,
  );
  if (loss === "cross-entropy") return { weights };
  const sampled = join(batch, (i) => (data[i] as Datum).logprobs as Float32Array);
  return { weights, samplerLogprobs: floats(sampled, shape) };
}
