/** Gradients of reductions and of the normalisations built on them. */
import type { Node, Shape } from "../graph.js";
import { mul, sub } from "../ops/elementwise.js";
import { reduceSum, softmax } from "../ops/reduce.js";
import { expandLike, reshape } from "../ops/shape.js";
import { type GradientRules, input, output, outputGrad } from "./gradient-rule.js";

/** The reduced axes, which are a constant input since operator set 18. */
const axesOf = (node: Node): number[] => input(node, 0).graph.constantNumbers(input(node, 1));

/** Shape of the reduced value with the reduced axes kept as 1. */
function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
}

export const reduceRules: GradientRules = {
  ReduceSum: (node, grads) => {
    const x = input(node, 0);
    const kept = reshape(outputGrad(grads), keptShape(x.shape, axesOf(node)));
    return [expandLike(kept, x), null];
  },

  ReduceMean: (node, grads) => {
    const x = input(node, 0);
    const axes = axesOf(node);
    const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
    if (Number.isNaN(count)) throw new Error("gradient of a mean over a named axis");
    const kept = reshape(outputGrad(grads), keptShape(x.shape, axes));
    return [expandLike(mul(kept, x.graph.float(1 / count)), x), null];
  },

  // dx = p ⊙ (dp − Σ dp ⊙ p)
  Softmax: (node, grads) => {
    const p = output(node);
    const weighted = mul(outputGrad(grads), p);
    return [sub(weighted, mul(p, reduceSum(weighted, [-1], true)))];
  },

  // dx = dy − softmax(x) Σ dy, with the softmax taken from the input: exp(y) would round twice.
  LogSoftmax: (node, grads) => {
    const dy = outputGrad(grads);
    return [sub(dy, mul(softmax(input(node, 0)), reduceSum(dy, [-1], true)))];
  },
};
