/** The training program: loss, logprobs of the targets and the gradient of every parameter, in one graph. */
import { gradients } from "../../../graph/autodiff.js";
import { Graph, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { LossKind } from "../../../loss/loss.js";
import type { ModelConfig } from "../../../model/config.js";
import {
  causalAttention,
  decoder,
  logits,
  type ParameterValues,
  parameterInputs,
  ropeInputs,
} from "../../../model/llama.js";
import { EMBEDDING } from "../../../model/parameters.js";

/** Prefix of the output that holds the gradient of the input named after it. */
export const GRADIENT = "grad:";

/**
 * Parameters of the programs that work on whole sequences. Token embeddings are an input of their own: rows are looked
 * up, and their gradients added, outside the graph, where only the rows that occur are touched (see `embedding.ts`).
 */
function sequenceParameters(g: Graph, config: ModelConfig): ParameterValues {
  return parameterInputs(g, config, config.tiedHead ? [] : [EMBEDDING]);
}

/** Logprobs [M] of the targets: rows of a right-padded batch [B, T] whose next token is scored. */
function targetLogprobs(g: Graph, config: ModelConfig, params: ParameterValues, x: Value): Value {
  const positions = g.input("positions", "int64", ["B", "T"]);
  const mask = g.input("mask", "float32", ["T", "T"]);
  // Padding follows the tokens, and the mask is causal: no token ever attends to padding.
  const attend = causalAttention(config, mask);
  const hidden = decoder(config, params, { x, positions, ...ropeInputs(g, config) }, attend);
  // Only rows that predict a completion token reach the vocabulary projection.
  const scored = ops.pickDistinctRows(hidden, g.input("rows", "int64", ["M"]));
  const logp = ops.logSoftmax(logits(config, params, scored));
  return ops.reshape(ops.gatherElements(logp, g.input("targets", "int64", ["M", 1])), ["M"]);
}

/** Token-sum losses of `loss/loss.ts` as graph expressions over logprobs [M] and weights [M]. */
const LOSSES: Readonly<Record<LossKind, (g: Graph, logp: Value, weights: Value) => Value>> = {
  "cross-entropy": (_g, logp, weights) => ops.neg(ops.sumAll(ops.mul(weights, logp))),
  "importance-sampling": (g, logp, weights) => {
    const ratio = ops.exp(ops.sub(logp, g.input("samplerLogprobs", "float32", ["M"])));
    return ops.neg(ops.sumAll(ops.mul(weights, ratio)));
  },
};

export function trainingProgram(config: ModelConfig, loss: LossKind): Graph {
  const g = new Graph(`train-${loss}`);
  const params = sequenceParameters(g, config);
  const x = g.input("embeddings", "float32", ["B", "T", config.hiddenSize]);
  const logp = targetLogprobs(g, config, params, x);
  const total = LOSSES[loss](g, logp, g.input("weights", "float32", ["M"]));
  g.output("loss", total);
  g.output("logprobs", logp);
  const wrt = [...params.values(), x];
  gradients(total, wrt).forEach((grad, i) => {
    g.output(`${GRADIENT}${wrt[i]?.name}`, grad);
  });
  return g;
}

/** The forward half alone: logprobs of given completions. */
export function scoringProgram(config: ModelConfig): Graph {
  const g = new Graph("score");
  const params = sequenceParameters(g, config);
  const x = g.input("embeddings", "float32", ["B", "T", config.hiddenSize]);
  g.output("logprobs", targetLogprobs(g, config, params, x));
  return g;
}
