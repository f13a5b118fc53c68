/** Opening a policy: a model's weights, from a folder or new, and an adapter's where one is trained. */
import { readAdapter } from "../../../model/adapter-files.js";
import type { ModelConfig } from "../../../model/config.js";
import { adapterSpecs, initialAdapter, type LoraConfig } from "../../../model/lora.js";
import { initialWeights } from "../../../model/parameters.js";
import { readModel } from "../../../model/read-model.js";
import { scalarWeights, withScalarHead } from "../../../model/scalar-head.js";
import { IN_ARRAYS, type Place } from "./placed.js";
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

function loadModel(source: ModelSource): { config: ModelConfig; weights: Float32Array } {
  if ("folder" in source) {
    const { scalarHead } = source;
    const found = readModel(source.folder, source.bases);
    if (!scalarHead || found.config.head === "scalar") return found;
    const config = withScalarHead(found.config);
    const weights = scalarWeights(found.config, found.weights, config, scalarHead.seed);
    return { config, weights };
  }
  return { config: source.config, weights: initialWeights(source.config, source.seed) };
}

export function openPolicy(model: ModelSource, source: LoraSource | null, place: Place = IN_ARRAYS): Policy {
  const { config, weights } = loadModel(model);
  return new Policy(config, weights, source && openAdapter(config, source), place);
}

function openAdapter(config: ModelConfig, source: LoraSource) {
  if ("folder" in source) return readAdapter(source.folder, config);
  const { lora, seed } = source;
  return { lora, weights: initialAdapter(adapterSpecs(config, lora), seed) };
}

/**
 * The policy that `policy` started from: its own weights under an adapter of zeros, or the model read once more. An adapter that was
 * gone on with is its own beginning: it is read again.
 */
export function startOf(policy: Policy, model: ModelSource, source: LoraSource | null): Policy {
  const { config, lora } = policy;
  if (!lora || !source) {
    const fresh = loadModel(model);
    return new Policy(fresh.config, fresh.weights, null, policy.place);
  }
  const weights =
    "folder" in source
      ? readAdapter(source.folder, config).weights
      : new Float32Array(policy.trained.weights.length);
  return new Policy(config, policy.model, { lora, weights }, policy.place);
}

/** The policy with other weights in the place of those that are trained. */
export function withWeights({ config, lora, model, place }: Policy, weights: Float32Array): Policy {
  return lora
    ? new Policy(config, model, { lora, weights }, place)
    : new Policy(config, weights, null, place);
}
