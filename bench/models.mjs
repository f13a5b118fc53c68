/** The models: untrained Llamas in float32. Peers load what our engine exports, so architecture and weights are the same. */
import { OnnxEngine } from "selftrain";
import { TIMED } from "../dist/apps/doctor/device/models.js";
import { settings } from "./settings.mjs";

/** By name: `4.2M`, `30M`, and `135M`, the shape of SmolLM2-135M. */
export const models = Object.fromEntries(TIMED.map(({ name, config }) => [name, config]));

/** What an engine of a model is opened with. */
export function engineOptions(name, memoryBudgetMiB = 2048) {
  const { seed, threads } = settings;
  return { model: { config: models[name], seed }, threads, memoryBudgetMiB };
}

export function openEngine(name, memoryBudgetMiB) {
  return OnnxEngine.create(engineOptions(name, memoryBudgetMiB));
}
