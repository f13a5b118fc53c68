/** Drawing from a categorical distribution inside the graph, so that logits never leave it. */
import type { Value } from "../graph.js";
import { add, cast, less, lessOrEqual, maximum, mul, sub, where } from "./elementwise.js";
import { reduceSum, softmax } from "./reduce.js";
import { expandLike, gatherElements, padLast, reshape } from "./shape.js";

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

function cumSum(x: Value): Value {
  const [y] = x.graph.add({ op: "CumSum", inputs: [x, x.graph.int(x.shape.length - 1)], outputs: [x] });
  return y as Value;
}

/** Rows of a batch of tables: [B, G, W] by int64 [B, 1] gives [B, W]. */
function pickPerBatch(tables: Value, row: Value): Value {
  const [batch, , width] = tables.shape;
  const [y] = tables.graph.add({
    op: "GatherND",
    inputs: [tables, row],
    outputs: [{ dtype: tables.dtype, shape: [batch!, width!] }],
    attributes: { batch_dims: 1 },
  });
  return y as Value;
}

/** How many of the running sums [B, W] do not exceed a threshold [B, 1]: int64 [B, 1]. */
const passed = (sums: Value, threshold: Value): Value =>
  reduceSum(cast(lessOrEqual(sums, threshold), "int64"), [-1], true);

/** Last column of a matrix [B, W]. */
const last = (x: Value, like: Value): Value =>
  gatherElements(x, expandLike(x.graph.int((x.shape.at(-1) as number) - 1), like));

/** Vocabularies from this size on are drawn from in two steps. */
const LARGE = 1024;

/**
 * Inverse-transform sampling from softmax(logits): the number of cumulative probabilities that do not exceed
 * u · total is the token. logits [B, V], u [B, 1] in [0, 1): int64 [B, 1].
 */
export function sampleCategorical(logits: Value, u: Value): Value {
  const p = softmax(logits);
  return (logits.shape.at(-1) as number) < LARGE ? drawOne(p, u) : drawInBlocks(p, u);
}

/** A token by its weight, of weights [B, W] of any total. */
function drawOne(weights: Value, u: Value): Value {
  const g = weights.graph;
  const sums = cumSum(weights);
  // Rounding leaves the total a little off 1: scale u by it, or the last token would gain or lose the difference.
  const count = passed(sums, mul(u, last(sums, u)));
  // u · total can round up to the total; no token lies beyond the last, so fall back on the likeliest.
  return where(less(count, g.int(weights.shape.at(-1) as number)), count, argMax(weights));
}

/**
 * A block of √V tokens by its weight, then a token of it: running sums over all of a large vocabulary would take half of a decode
 * step, and round more.
 */
function drawInBlocks(p: Value, u: Value): Value {
  const g = p.graph;
  const width = blockWidth(p.shape.at(-1) as number);
  const blocks = Math.ceil((p.shape.at(-1) as number) / width);
  const tables = reshape(padLast(p, blocks * width), [p.shape[0]!, blocks, width]);
  const weights = reduceSum(tables, [-1]);
  const block = drawOne(weights, u);

  const inside = pickPerBatch(tables, block);
  const sums = cumSum(weights);
  const before = sub(gatherElements(sums, block), gatherElements(weights, block));
  // What is left of the threshold in the block, whose own running sums round apart from those of the blocks: a little less than
  // nothing would stop at a first token without probability.
  const left = maximum(sub(mul(u, last(sums, u)), before), g.float(0));
  const count = passed(cumSum(inside), left);
  const within = where(less(count, g.int(width)), count, argMax(inside));
  return add(mul(block, g.int(width)), within);
}

/** A width near √V that divides V where there is one, which saves a copy. */
function blockWidth(vocabulary: number): number {
  const root = Math.round(Math.sqrt(vocabulary));
  for (let width = root; width >= root / 4; width--) if (vocabulary % width === 0) return width;
  return root;
}
