/**
 * Training and scoring one layer at a time: gradient checkpointing (Chen et al. 2016, Training Deep Nets with Sublinear Memory
 * Cost). Only what enters each layer is kept; its backward program computes the layer once more. One program serves all layers:
 * it is made for layer 0 and fed with another's parameters under that layer's names.
 */

import type { LossSpec } from "../../../core/loss/loss.js";
import { pullback } from "../../../graph/autodiff.js";
import { Graph, type Value } from "../../../graph/graph.js";
import type { ModelConfig } from "../../../model/config.js";
import { causalAttention, finalNorm, ropeInputs } from "../../../model/decoder.js";
import { decoderLayer, type LayerWeights } from "../../../model/layer.js";
import { EMBEDDING, FINAL_NORM, HEAD, layerParameter, SCORE } from "../../../model/parameters.js";
import { lossName, publishLoss, type Scores } from "./losses.js";
import { type ModelInputs, type ModelShape, modelInputs } from "./model-inputs.js";
import { scoreName, type TokenScore, tokenScore } from "./scores.js";
import { accumulateGradients, GRADIENT, targetScores } from "./training.js";

const ONE = 0;

/** The model cut down to one layer, and its inputs without what lies around the layers. */
function oneLayer(g: Graph, { config, lora }: ModelShape): ModelInputs {
  return modelInputs(g, { config: { ...config, layers: 1 }, lora }, [EMBEDDING, FINAL_NORM, HEAD, SCORE]);
}

/** The residual stream x [B, T, D] after the layer: [N, D]. */
function layerOutput(g: Graph, config: ModelConfig, { params, projectIn }: ModelInputs, x: Value): Value {
  const weights: LayerWeights = (part) => params.get(layerParameter(ONE, part)) as Value;
  const attend = causalAttention(config, g.input("mask", "float32", ["T", "T"]));
  const positions = g.input("positions", "int64", ["B", "T"]);
  return decoderLayer(
    config,
    weights,
    { x, positions, ...ropeInputs(g, config) },
    (q, k, v) => attend(ONE, q, k, v),
    projectIn(ONE, weights),
  );
}

const stream = (g: Graph, name: string, { hiddenSize }: ModelConfig) =>
  g.input(name, "float32", ["N", hiddenSize]);

export function layerForwardProgram(shape: ModelShape): Graph {
  const g = new Graph("layer-forward");
  g.output("y", layerOutput(g, shape.config, oneLayer(g, shape), stream(g, "x", shape.config)));
  return g;
}

/** From x and the gradient of the layer's output to that of x, the parameters' added to their sums. */
export function layerBackwardProgram(shape: ModelShape): Graph {
  const g = new Graph("layer-backward");
  const inputs = oneLayer(g, shape);
  const x = stream(g, "x", shape.config);
  const y = layerOutput(g, shape.config, inputs, x);
  const grads = pullback([[y, stream(g, "dy", shape.config)]], [...inputs.trained, x]);
  accumulateGradients(g, inputs.trained, grads);
  g.output(`${GRADIENT}x`, grads.at(-1) as Value);
  return g;
}

/** What follows the layers, and no adapter reaches: the final norm and the vocabulary. */
function head(g: Graph, shape: ModelShape): { scores: Scores; trained: readonly Value[]; x: Value } {
  const { config } = shape;
  const bare = { config: { ...config, layers: 0 }, lora: null };
  const { params, trained } = modelInputs(g, bare, config.tiedHead ? [] : [EMBEDDING]);
  const x = g.input("x", "float32", ["M", config.hiddenSize]);
  const scores = targetScores(g, config, params, finalNorm(config, params, x));
  return { scores, trained: shape.lora ? [] : trained, x };
}

/** Rows [M, D] of the residual stream, some at a time, to their loss, their logprobs and their gradient. */
export function headTrainingProgram(shape: ModelShape, loss: LossSpec): Graph {
  const g = new Graph(`head-${lossName(loss)}`);
  const { scores, trained, x } = head(g, shape);
  const grads = pullback([[publishLoss(g, loss, scores), g.float(1)]], [...trained, x]);
  accumulateGradients(g, trained, grads);
  g.output(`${GRADIENT}x`, grads.at(-1) as Value);
  return g;
}

export function headScoringProgram(shape: ModelShape, score: TokenScore = "logprob"): Graph {
  const g = new Graph(scoreName("head-score", score));
  g.output("scores", tokenScore(score, head(g, shape).scores));
  return g;
}
