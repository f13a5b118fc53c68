/** Drawing from a categorical distribution inside the graph, so that logits never leave it. */
import type { Dim, Value } from "../graph.js";
import { cast, less, lessOrEqual, mul, where } from "./elementwise.js";
import { reduceSum, softmax } from "./reduce.js";
import { expandLike, gatherElements } from "./shape.js";

/** Index of the largest element of each row: [B, V] gives int64 [B, 1]. */
export function argMax(x: Value): Value {
  const [y] = x.graph.add({
    op: "ArgMax",
    inputs: [x],
    outputs: [{ dtype: "int64", shape: [...x.shape.slice(0, -1), 1] }],
    attributes: { axis: -1, keepdims: 1 },
  });
  return y as Value;
}

/**
 * Cuts the last element off the last axis: [..., C + 1] gives [..., C] and [..., 1]. Used where the size of the axis is
 * named; it has no gradient rule.
 */
export function cutLast(x: Value, head: Dim): [Value, Value] {
  const g = x.graph;
  const axis = g.int([x.shape.length - 1]);
  const cut = (from: number, to: number, size: Dim): Value =>
    g.add({
      op: "Slice",
      inputs: [x, g.int([from]), g.int([to]), axis],
      outputs: [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), size] }],
    })[0] as Value;
  return [cut(0, -1, head), cut(-1, Number.MAX_SAFE_INTEGER, 1)];
}

function cumSum(x: Value): Value {
  const [y] = x.graph.add({ op: "CumSum", inputs: [x, x.graph.int(x.shape.length - 1)], outputs: [x] });
  return y as Value;
}

/**
 * Inverse-transform sampling from softmax(logits): the number of cumulative probabilities that do not exceed
 * u · total is the token. logits [B, V], u [B, 1] in [0, 1): int64 [B, 1].
 */
export function sampleCategorical(logits: Value, u: Value): Value {
  const g = logits.graph;
  const vocab = logits.shape.at(-1) as number;
  const cdf = cumSum(softmax(logits));
  // Rounding leaves the total a little off 1: scale u by it, or the last token would gain or lose the difference.
  const total = gatherElements(cdf, expandLike(g.int(vocab - 1), u));
  const passed = cast(lessOrEqual(cdf, mul(u, total)), "int64");
  const count = reduceSum(passed, [-1], true);
  // u · total can round up to the total; no token lies beyond the last, so fall back on the likeliest.
  return where(less(count, g.int(vocab)), count, argMax(logits));
}
