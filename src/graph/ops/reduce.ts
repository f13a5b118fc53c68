/** Reductions over axes, and the two normalisations that are built on them. */
import { type GradientRules, input, output, outputGrad } from "../gradient-rule.js";
import type { Dim, Node, Shape, Value } from "../graph.js";
import { positiveAxis, sameShape } from "../shape.js";
import { mul, sub } from "./elementwise.js";
import { expandLike, reshape } from "./shape.js";

type ReduceOp = "ReduceSum" | "ReduceMean";

function reduce(op: ReduceOp, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const positive = axes.map((a) => positiveAxis(a, x.shape.length)).sort((a, b) => a - b);
  const shape: Dim[] = [];
  x.shape.forEach((dim, axis) => {
    if (!positive.includes(axis)) shape.push(dim);
    else if (keepDims) shape.push(1);
  });
  const [y] = x.graph.add({
    op,
    inputs: [x, x.graph.int(positive)],
    outputs: [{ dtype: x.dtype, shape }],
    attributes: { keepdims: keepDims ? 1 : 0 },
  });
  return y as Value;
}

export const reduceSum = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce("ReduceSum", x, axes, keepDims);
export const reduceMean = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce("ReduceMean", x, axes, keepDims);

/** Sum of everything, a scalar. */
export const sumAll = (x: Value): Value =>
  x.shape.length === 0
    ? x
    : reduceSum(
        x,
        x.shape.map((_, axis) => axis),
      );

/** Sums a gradient over the axes along which its value was broadcast. */
export function unbroadcast(grad: Value, shape: Shape): Value {
  if (sameShape(grad.shape, shape)) return grad;
  const lead = grad.shape.length - shape.length;
  const axes = grad.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  const summed = axes.length === 0 ? grad : reduceSum(grad, axes, true);
  return reshape(summed, shape);
}

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  const [y] = x.graph.add({ op: "Softmax", inputs: [x], outputs: [x], attributes: { axis: -1 } });
  return y as Value;
}

/** Logarithm of the softmax over the last axis. */
export function logSoftmax(x: Value): Value {
  const [y] = x.graph.add({ op: "LogSoftmax", inputs: [x], outputs: [x], attributes: { axis: -1 } });
  return y as Value;
}

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
