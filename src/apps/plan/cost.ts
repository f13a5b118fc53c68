/** The arithmetic of a step: seconds of each part, bytes, dollars. */
import {
  type Device,
  FROZEN_BYTES,
  loopSeconds,
  MOST_WEIGHTS,
  SAMPLED_BYTES,
  TRAINED_BYTES,
  USABLE,
  wireBytes,
} from "./constants.js";
import type { Shape } from "./shapes.js";

export interface StepShape {
  readonly rollouts: number;
  readonly samplesPerPrompt: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly lora: boolean;
  /** One forward pass more, by which the sampler's logprobs are corrected for. */
  readonly mismatch: boolean;
  readonly wire: "protobuf" | "json";
}

export interface Machines {
  readonly device: Device;
  readonly count: number;
  /** Bytes a second. */
  readonly sync: number;
  readonly link: number;
  /** Dollars for a device and hour. */
  readonly price: number;
}

export interface StepCost {
  /** Seconds. */
  readonly sample: number;
  readonly train: number;
  readonly sync: number;
  /** On the way between the loop and the server. */
  readonly link: number;
  /** Of the loop's one thread. */
  readonly loop: number;
  readonly total: number;
  readonly bytes: { readonly sampled: number; readonly trained: number };
  /** Tokens that are trained on, prompts included. */
  readonly tokens: number;
  readonly dollars: number;
  /** Devices that hold one copy of the model while sampling. */
  readonly spread: number;
  /** Completions that a copy draws at a time. */
  readonly rows: number;
  /** Devices that training fits on at least. */
  readonly least: number;
}

/**
 * Multiplications and additions of a token going forward: 2 a weight, and 4 a position looked back at and a width (scores and sums of values), of
 * which causal attention has half the sequence on average.
 */
export const forwardFlops = ({ active, layers, width }: Shape, time: number): number =>
  2 * active + 2 * layers * width * time;

/** Bytes of keys and values of a token. */
export const cacheBytes = ({ layers, kvWidth }: Shape, { weightBytes }: Device): number =>
  2 * layers * kvWidth * weightBytes;

/** Seconds of a decode step of `rows` completions on `spread` devices: weights and caches are read, and products computed, one after the other. */
export function decodeSeconds(
  shape: Shape,
  device: Device,
  spread: number,
  rows: number,
  context: number,
): number {
  const { flops, bandwidth, decodeShare, bandwidthShare, weightBytes, layerSeconds } = device;
  const read = shape.parameters * weightBytes + rows * context * cacheBytes(shape, device);
  const products = rows * (2 * shape.active + 4 * shape.layers * shape.width * context);
  return (
    read / (spread * bandwidth * bandwidthShare) +
    products / (spread * flops * decodeShare) +
    shape.layers * layerSeconds
  );
}

/**
 * Seconds of training on so many sequences: back is twice forward, half of that without gradients of weights; forward once more where it is
 * recomputed, and once more for the correction of a mismatch.
 */
export function trainSeconds(
  shape: Shape,
  device: Device,
  count: number,
  sequences: number,
  time: number,
  { lora, mismatch }: Pick<StepShape, "lora" | "mismatch">,
): number {
  const { flops, trainShare, recompute } = device;
  const passes = 1 + (lora ? 1 : 2) + (recompute ? 1 : 0) + (mismatch ? 1 : 0);
  return (sequences * time * passes * forwardFlops(shape, time)) / (count * flops * trainShare);
}

/** Devices that hold the weights of a copy: the fewest that is a power of two. */
function spreadOf({ parameters }: Shape, { weightBytes, memory }: Device): number {
  let spread = 1;
  while (parameters * weightBytes > spread * memory * MOST_WEIGHTS) spread *= 2;
  return spread;
}

export function stepCost(
  shape: Shape,
  step: StepShape,
  { device, count, sync, link, price }: Machines,
): StepCost {
  const { rollouts, samplesPerPrompt, promptTokens, newTokens, lora, mismatch, wire } = step;
  const time = promptTokens + newTokens;
  const prompts = Math.ceil(rollouts / samplesPerPrompt);
  const spread = spreadOf(shape, device);
  const copies = Math.max(1, Math.floor(count / spread));
  const free = spread * device.memory * USABLE - shape.parameters * device.weightBytes;
  const room = Math.max(1, Math.floor(free / (time * cacheBytes(shape, device))));
  const each = Math.ceil(rollouts / copies);
  const rows = Math.min(each, room);
  const waves = Math.ceil(each / rows);
  const middle = promptTokens + newTokens / 2;
  const decode = waves * newTokens * decodeSeconds(shape, device, spread, each / waves, middle);
  const prefill =
    (prompts * promptTokens * forwardFlops(shape, promptTokens)) /
    (copies * spread * device.flops * device.decodeShare);
  const sample = decode + prefill;
  const train = trainSeconds(shape, device, count, rollouts, time - 1, step);
  const synced = (shape.parameters * FROZEN_BYTES) / sync;
  const sent = wireBytes[wire];
  const trained = (time - 1) * sent.position + sent.datum;
  const scored = mismatch ? (time - 1) * sent.scored + sent.datum : 0;
  const bytes = {
    sampled: rollouts * newTokens * SAMPLED_BYTES,
    trained: rollouts * (trained + scored),
  };
  const onLink = (bytes.sampled + bytes.trained) / link;
  const { rollout, token, datum, position } = loopSeconds;
  const encode = (datum + (time - 1) * position[wire]) * (1 + scored / trained);
  const loop = rollouts * (rollout + newTokens * token + encode);
  const total = sample + train + synced + onLink + loop;
  const held = shape.parameters * (lora ? FROZEN_BYTES : TRAINED_BYTES);
  return {
    sample,
    train,
    sync: synced,
    link: onLink,
    loop,
    total,
    bytes,
    tokens: rollouts * time,
    dollars: (total / 3600) * count * price,
    spread,
    rows,
    least: Math.max(spread, Math.ceil(held / (device.memory * USABLE))),
  };
}
