/** Opening a policy: a model's weights, from a folder or new, and an adapter's where one is trained. */
import { readAdapter } from "../../../model/adapter-files.js";
import { type Allocate, copyInto, ownMemory } from "../../../model/allocate.js";
import type { ModelConfig } from "../../../model/config.js";
import { adapterSpecs, initialAdapter, type LoraConfig } from "../../../model/lora.js";
import { initialWeights } from "../../../model/parameters.js";
import { readModel } from "../../../model/read-model.js";
import { scalarWeights, withScalarHead } from "../../../model/scalar-head.js";
import { Policy } from "./policy.js";

/** Where the weights come from: a model folder, of an adapter with those of its models, or a configuration and a seed. */
export type ModelSource =
  | {
      readonly folder: string;
      readonly bases?: readonly string[];
      /** Puts a new scalar head, drawn by this seed, on the body of a language model; one that has such a head keeps it. */
      readonly scalarHead?: { readonly seed: number };
    }
  | { readonly config: ModelConfig; readonly seed: number };

/** An adapter to train: a new one, or one to go on with. */
export type LoraSource = { readonly lora: LoraConfig; readonly seed: number } | { readonly folder: string };

function loadModel(source: ModelSource, allocate: Allocate): { config: ModelConfig; weights: Float32Array } {
  if ("folder" in source) {
    const { scalarHead } = source;
    const found = readModel(source.folder, source.bases, allocate);
    if (!scalarHead || found.config.head === "scalar") return found;
    const config = withScalarHead(found.config);
    const weights = scalarWeights(found.config, found.weights, config, scalarHead.seed, allocate);
    return { config, weights };
  }
  return { config: source.config, weights: initialWeights(source.config, source.seed, allocate) };
}

export function openPolicy(
  model: ModelSource,
  source: LoraSource | null,
  allocate: Allocate = ownMemory,
): Policy {
  const { config, weights } = loadModel(model, allocate);
  if (!source) return new Policy(config, weights);
  if ("folder" in source) {
    const adapter = readAdapter(source.folder, config);
    return new Policy(config, weights, { ...adapter, weights: copyInto(allocate, adapter.weights) });
  }
  const { lora, seed } = source;
  const adapter = copyInto(allocate, initialAdapter(adapterSpecs(config, lora), seed));
  return new Policy(config, weights, { lora, weights: adapter });
}

/**
 * The policy that `policy` started from: its own weights under an adapter of zeros, or the model read once more. An adapter that was
 * gone on with is its own beginning: it is read again.
 */
export function startOf(
  policy: Policy,
  model: ModelSource,
  source: LoraSource | null,
  allocate: Allocate,
): Policy {
  const { config, lora } = policy;
  if (!lora || !source) {
    const fresh = loadModel(model, allocate);
    return new Policy(fresh.config, fresh.weights);
  }
  const weights = allocate(policy.trained.weights.length);
  if ("folder" in source) weights.set(readAdapter(source.folder, config).weights);
  return new Policy(config, policy.model.weights, { lora, weights });
}

/** The policy with other weights in the place of those that are trained. */
export function withWeights({ config, lora, model }: Policy, weights: Float32Array): Policy {
  return lora ? new Policy(config, model.weights, { lora, weights }) : new Policy(config, weights);
}
