/** What a plan counts with: figures of devices from their makers, shares that are assumed, and what was measured here. */
import type { PlanConfig } from "../../config/plan-config.js";

export interface Device {
  readonly title: string;
  /** Products a second: multiplications and additions, each counted. */
  readonly flops: number;
  /** Bytes a second from its memory. */
  readonly bandwidth: number;
  readonly memory: number;
  /** Bytes of a weight while sampling. */
  readonly weightBytes: number;
  /** Shares of the two rates that are reached, and how they are known. */
  readonly trainShare: number;
  readonly decodeShare: number;
  readonly bandwidthShare: number;
  /** Seconds that each layer of each decode step takes beside its arithmetic. */
  readonly layerSeconds: number;
  readonly recompute: boolean;
  /** Dollars an hour. */
  readonly price: number;
  readonly source: string;
}

const gpu = {
  weightBytes: 2,
  trainShare: 0.35,
  decodeShare: 0.5,
  bandwidthShare: 0.6,
  layerSeconds: 10e-6,
  recompute: true,
  source:
    "rates of the maker's data sheet, dense bfloat16; the shares of them, 10 µs a layer and the price are assumed",
} as const;

export const devices: Readonly<Record<PlanConfig["gpu"], Device>> = {
  a100: { ...gpu, title: "A100 80 GB", flops: 312e12, bandwidth: 2.04e12, memory: 80e9, price: 1.8 },
  h100: { ...gpu, title: "H100 SXM", flops: 989e12, bandwidth: 3.35e12, memory: 80e9, price: 3 },
  h200: { ...gpu, title: "H200 SXM", flops: 989e12, bandwidth: 4.8e12, memory: 141e9, price: 3.8 },
  cpu: {
    title: "a thread of the embedded engine",
    // 8,297 tokens/s of training with 4.2M parameters on two threads.
    flops: 105e9,
    // 238 tokens/s of 16 rows with 135M parameters, less what the products take.
    bandwidth: 6.3e9,
    memory: 16e9,
    weightBytes: 4,
    trainShare: 1,
    // 21,360 tokens/s of 256 rows with 4.2M parameters.
    decodeShare: 0.86,
    bandwidthShare: 1,
    layerSeconds: 0,
    recompute: false,
    price: 0,
    source: "half of what two threads of an AMD EPYC (Zen 5) measured, docs/performance.md",
  },
};

/** GB/s: of a network of one node's class. */
export const SYNC = 25;
export const LINK = 1;

/** Of device memory that weights, keys and values may take together. */
export const USABLE = 0.85;
/** Of it, the most that weights take: a larger model is spread over several devices. */
export const MOST_WEIGHTS = 0.5;

/** Bytes of training a weight in mixed precision: bfloat16 weight and gradient, float32 weight and two moments. */
export const TRAINED_BYTES = 16;
/** Of a weight that is only read. */
export const FROZEN_BYTES = 2;

/**
 * Bytes of the Tinker protocol, measured by scripts/measure-loop.mjs: of a position of a datum (input, target, logprob, advantage), of one that is scored
 * (input, target, weight), and of a datum beside these.
 */
export const wireBytes = {
  protobuf: { position: 20, scored: 16, datum: 230 },
  json: { position: 40, scored: 14, datum: 300 },
} as const;

/** Of a sampled token: its id and its logprob. */
export const SAMPLED_BYTES = 8;

/**
 * Processor seconds of the loop itself, measured by scripts/measure-loop.mjs on one thread with completions of 64, 256 and 512 tokens: reading, voting, rewarding
 * and recording a rollout and each of its tokens; encoding a datum and each of its positions.
 */
export const loopSeconds = {
  rollout: 35e-6,
  token: 0.076e-6,
  datum: 6.6e-6,
  position: { protobuf: 0.055e-6, json: 0.115e-6 },
} as const;
