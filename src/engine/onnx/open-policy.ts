/** Opening a policy: a model's weights, from a folder or new, and an adapter's where one is trained. */
import { readAdapter } from "../../model/adapter-files.js";
import type { ModelConfig } from "../../model/config.js";
import { adapterSpecs, initialAdapter, type LoraConfig } from "../../model/lora.js";
import { initialWeights } from "../../model/parameters.js";
import { readModel } from "../../model/read-model.js";
import { scalarWeights, withScalarHead } from "../../model/scalar-head.js";
import { Policy } from "./policy.js";

/** Where the weights come from: a model folder, or a configuration and a seed. */
export type ModelSource =
  | {
      readonly folder: string;
      /** Puts a new scalar head, drawn by this seed, on the body of a language model; one that has such a head keeps it. */
      readonly scalarHead?: { readonly seed: number };
    }
  | { readonly config: ModelConfig; readonly seed: number };

/** An adapter to train: a new one, or one to go on with. */
export type LoraSource = { readonly lora: LoraConfig; readonly seed: number } | { readonly folder: string };

function loadModel(source: ModelSource): { config: ModelConfig; weights: Float32Array } {
  if ("folder" in source) {
    const { scalarHead } = source;
    const found = readModel(source.folder);
    if (!scalarHead || found.config.head === "scalar") return found;
    const config = withScalarHead(found.config);
    return { config, weights: scalarWeights(found.config, found.weights, config, scalarHead.seed) };
  }
  return { config: source.config, weights: initialWeights(source.config, source.seed) };
}

export function openPolicy(model: ModelSource, source: LoraSource | null): Policy {
  const { config, weights } = loadModel(model);
  if (!source) return new Policy(config, weights);
  if ("folder" in source) return new Policy(config, weights, readAdapter(source.folder, config));
  const { lora, seed } = source;
  return new Policy(config, weights, { lora, weights: initialAdapter(adapterSpecs(config, lora), seed) });
}

/**
 * The policy that `policy` started from: its own weights under an adapter of zeros, or the model read once more. An adapter that was
 * gone on with is its own beginning: it is read again.
 */
export function startOf(policy: Policy, model: ModelSource, source: LoraSource | null): Policy {
  const { config, lora } = policy;
  if (!lora || !source) {
    const fresh = loadModel(model);
    return new Policy(fresh.config, fresh.weights);
  }
  const adapter =
    "folder" in source
      ? readAdapter(source.folder, config)
      : { lora, weights: new Float32Array(policy.trained.weights.length) };
  return new Policy(config, policy.model.weights, adapter);
}

/** The policy with other weights in the place of those that are trained. */
export function withWeights({ config, lora, model }: Policy, weights: Float32Array): Policy {
  return lora ? new Policy(config, model.weights, { lora, weights }) : new Policy(config, weights);
}
