/** Reductions over axes, and the two normalisations that are built on them. */
import type { Dim, Value } from "../graph.js";
import { positiveAxis } from "../shape.js";

type ReduceOp = "ReduceSum" | "ReduceMean" | "ReduceMax";

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

/** It has no gradient rule. */
export const reduceMax = (x: Value, axes: readonly number[], keepDims = false): Value =>
  reduce("ReduceMax", x, axes, keepDims);

/** Sum of everything, a scalar. */
export const sumAll = (x: Value): Value =>
  x.shape.length === 0
    ? x
    : reduceSum(
        x,
        x.shape.map((_, axis) => axis),
      );

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
