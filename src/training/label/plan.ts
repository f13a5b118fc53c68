/** What `selftrain label` would do, for `--dry-run`. No weights are downloaded. */
import type { LabelConfig } from "../../config/label-config.js";
import type { DeviceReport } from "../../engine/onnx/device/report.js";
import { planMemory, planOptions } from "../../engine/onnx/memory/memory-plan.js";
import { parameterCount } from "../../model/parameters.js";
import type { RunOptions } from "../../run/observer.js";
import { prepareLabelling } from "./prepare.js";

export interface LabelPlan {
  readonly prompts: { readonly pool: number; readonly description: string; readonly longest: number };
  /** Sequences in all, and in a part. */
  readonly rollouts: number;
  readonly rolloutsPerPart: number;
  readonly parts: number;
  /** Most tokens in all, prompts included. */
  readonly tokens: number;
  readonly parameters: number;
  /** Sequences that are decoded at a time, within the memory budget. */
  readonly decodedAtOnce: number;
  /** The graphics device that it would compute on; null of the processor. */
  readonly device: DeviceReport | null;
  readonly notes: readonly string[];
}

export async function planLabel(config: LabelConfig, options: RunOptions = {}): Promise<LabelPlan> {
  const prepared = await prepareLabelling(config, { ...options, weights: false });
  const { longest, pool, device } = prepared;
  const { prompts, description, labels } = pool;
  const { config: model, hub } = prepared.model;
  const { samples, maxNewTokens, promptsPerPart } = config;
  const memory = planMemory({ config: model, lora: null }, planOptions(config.engine, device));
  const room = longest + maxNewTokens;
  return {
    prompts: { pool: prompts.length, description, longest },
    rollouts: prompts.length * samples,
    rolloutsPerPart: Math.min(promptsPerPart, prompts.length) * samples,
    parts: Math.ceil(prompts.length / promptsPerPart),
    tokens: prompts.length * samples * room,
    parameters: parameterCount(model),
    decodedAtOnce: Math.min(promptsPerPart * samples, memory.decodeRows(room)),
    device,
    notes: [
      ...(hub === null ? [] : [`the model is ${hub.pinned}`]),
      labels.size === 0
        ? "no true answers are known: there will be no pass rates"
        : `true answers of ${labels.size} prompts are known, for pass rates alone`,
    ],
  };
}
