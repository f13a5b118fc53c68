/**
 * The programs that work on whole right-padded sequences: training (loss, logprobs of the targets, gradients) and scoring
 * (logprobs alone), for the whole model at once.
 */

import type { LossSpec } from "../../../core/loss/loss.js";
import { pullback } from "../../../graph/autodiff.js";
import { Graph, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { ModelConfig } from "../../../model/config.js";
import {
  causalAttention,
  decoder,
  logits,
  type ParameterValues,
  ropeInputs,
  scalarScores,
} from "../../../model/decoder.js";
import { EMBEDDING } from "../../../model/parameters.js";
import { lossName, publishLoss, type Scores } from "./losses.js";
import { type ModelInputs, type ModelShape, modelInputs } from "./model-inputs.js";
import { scoreName, type TokenScore, tokenScore } from "./scores.js";

/** Prefix of the output that holds the gradient of the input named after it. */
export const GRADIENT = "grad:";
/** Prefix of the input that the gradient is added to. Both may be the same memory, which then accumulates. */
export const SUM = "sum:";

/**
 * Publishes the gradients of what is trained, each added to the sum so far. `grads` are in the order of `trained`.
 */
export function accumulateGradients(g: Graph, trained: readonly Value[], grads: readonly Value[]): void {
  trained.forEach(({ name, shape }, i) => {
    const sum = g.input(`${SUM}${name}`, "float32", shape);
    g.output(`${GRADIENT}${name}`, ops.add(sum, grads[i] as Value));
  });
}

/**
 * Scores of the targets by the final hidden states [M, D] of the positions before them; of a scalar head, the score of what ends at
 * each of them.
 */
export function targetScores(g: Graph, config: ModelConfig, params: ParameterValues, hidden: Value): Scores {
  if (config.head === "scalar") return { logp: scalarScores(params, hidden) };
  const vocabulary = ops.logSoftmax(logits(config, params, hidden));
  const targets = g.input("targets", "int64", ["M", 1]);
  return { logp: ops.reshape(ops.gatherElements(vocabulary, targets), ["M"]), vocabulary };
}

/**
 * Inputs of a program that works on sequences. Token embeddings are an input of their own: rows are looked up, and their
 * gradients added, outside the graph, where only the rows that occur are touched (see `embedding.ts`).
 */
function sequenceInputs(g: Graph, shape: ModelShape): ModelInputs & { x: Value } {
  const inputs = modelInputs(g, shape, shape.config.tiedHead ? [] : [EMBEDDING]);
  return { ...inputs, x: g.input("embeddings", "float32", ["B", "T", shape.config.hiddenSize]) };
}

/** Rows of a batch [B, T] whose next token is scored, and no others, reach the vocabulary. */
function scoresOf(
  g: Graph,
  config: ModelConfig,
  { params, projectIn, x }: ModelInputs & { x: Value },
): Scores {
  const positions = g.input("positions", "int64", ["B", "T"]);
  // Padding follows the tokens, and the mask is causal: no token ever attends to padding.
  const attend = causalAttention(config, g.input("mask", "float32", ["T", "T"]));
  const hidden = decoder(config, params, { x, positions, ...ropeInputs(g, config) }, attend, projectIn);
  const scored = ops.pickDistinctRows(hidden, g.input("rows", "int64", ["M"]));
  return targetScores(g, config, params, scored);
}

export function trainingProgram(shape: ModelShape, spec: LossSpec): Graph {
  const g = new Graph(`train-${lossName(spec)}`);
  const inputs = sequenceInputs(g, shape);
  const loss = publishLoss(g, spec, scoresOf(g, shape.config, inputs));
  // An adapter leaves the embeddings alone.
  const wrt = shape.lora ? inputs.trained : [...inputs.trained, inputs.x];
  const grads = pullback([[loss, g.float(1)]], wrt);
  accumulateGradients(g, inputs.trained, grads);
  if (!shape.lora) g.output(`${GRADIENT}embeddings`, grads.at(-1) as Value);
  return g;
}

/** The forward half alone: a score of each token of given completions. */
export function scoringProgram(shape: ModelShape, score: TokenScore = "logprob"): Graph {
  const g = new Graph(scoreName("score", score));
  g.output("scores", tokenScore(score, scoresOf(g, shape.config, sequenceInputs(g, shape))));
  return g;
}
