/** What every program of a model is fed: its parameters, and those of an adapter where it has one. */
import type { Graph, Value } from "../../../graph/graph.js";
import type { ModelConfig } from "../../../model/config.js";
import { type ParameterValues, type ProjectIn, parameterInputs } from "../../../model/decoder.js";
import { plainProjection } from "../../../model/layer.js";
import { adapted, adapterInputs, type LoraConfig } from "../../../model/lora.js";

/** A model as programs see it. */
export interface ModelShape {
  readonly config: ModelConfig;
  /** Null where the parameters themselves are trained. */
  readonly lora: LoraConfig | null;
}

export interface ModelInputs {
  readonly params: ParameterValues;
  readonly projectIn: ProjectIn;
  /** The inputs that training changes. */
  readonly trained: readonly Value[];
}

/** Declares them all but those named. */
export function modelInputs(
  g: Graph,
  { config, lora }: ModelShape,
  except: readonly string[] = [],
): ModelInputs {
  const params = parameterInputs(g, config, except);
  const plain: ProjectIn = (_layer, weights) => plainProjection(config, weights);
  if (!lora) return { params, projectIn: plain, trained: [...params.values()] };
  const adapter = adapterInputs(g, config, lora);
  return {
    params,
    projectIn: (layer, weights) => adapted(plain(layer, weights), layer, lora, adapter),
    trained: [...adapter.values()],
  };
}
