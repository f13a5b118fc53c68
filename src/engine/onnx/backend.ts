/** What an engine is made of, by where it computes. */
import type { ModelConfig } from "../../model/config.js";
import type { Device } from "./c-api/session.js";
import { DeviceCache } from "./device/cache.js";
import { Gpu } from "./device/gpu.js";
import { DeviceGradient } from "./device/gradient.js";
import { DeviceOptimiser } from "./device/optimiser.js";
import { DeviceRows } from "./device/rows.js";
import { onDevice } from "./device/storage.js";
import { Optimiser, type Optimising } from "./optimiser/optimiser.js";
import { IN_ARRAYS, type Place } from "./policy/placed.js";
import type { Policy } from "./policy/policy.js";
import { Scratch } from "./runtime/scratch.js";
import { KvCache } from "./sampling/kv-cache.js";
import type { StreamMemory } from "./streams/stream.js";
import { GradientLanes } from "./training/gradient-lanes.js";
import type { Gradients } from "./training/gradients.js";
import { ArrayRows } from "./training/rows.js";

export interface Backend {
  /** Where the weights of policies lie. */
  readonly place: Place;
  /** What a stream has of its own. */
  memory(config: ModelConfig): StreamMemory;
  /** The gradient of a policy, and the optimiser that uses it up. */
  training(policy: Policy): { readonly gradient: Gradients; readonly optimiser: Optimising };
  close(): void;
}

/** The processor: arrays, worked on where they lie. */
const processor: Backend = {
  place: IN_ARRAYS,
  memory: (config) => ({
    device: "cpu",
    layout: "masked",
    cache: new KvCache(config),
    rows: new ArrayRows(new Scratch()),
  }),
  training(policy) {
    const gradient = new GradientLanes(policy);
    return { gradient, optimiser: new Optimiser(policy.trained, gradient) };
  },
  close() {},
};

/** A graphics device: tensors that stay on it. */
function graphics(largestBinding: number): Backend {
  const gpu = new Gpu();
  return {
    place: onDevice(gpu),
    memory(config) {
      const rows = new DeviceRows(gpu);
      return { device: "gpu", layout: "from-start", cache: new DeviceCache(gpu, rows, config), rows };
    },
    training(policy) {
      const gradient = new DeviceGradient(gpu, policy, largestBinding);
      return { gradient, optimiser: new DeviceOptimiser(gpu, policy.trained, gradient) };
    },
    close: () => gpu.close(),
  };
}

/**
 * `largestBinding`: bytes that a command of a graphics device binds of one tensor. Errors: `engine-device-missing` where there is no such device, and
 * those of opening the library.
 */
export const openBackend = (device: Device, largestBinding = Infinity): Backend =>
  device === "gpu" ? graphics(largestBinding) : processor;
