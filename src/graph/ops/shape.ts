/** Operators that move data without computing: reshape, transpose, concat, slice, expand, gather, scatter. */
import type { Dim, Shape, Value } from "../graph.js";
import { positiveAxis, sameShape, withAxis } from "../shape.js";

/** A shape as an int64 vector known at run time; at most one dimension may belong to no input (sent as −1). */
function shapeVector(like: Value, shape: Shape): Value {
  const g = like.graph;
  const named = shape.filter((d) => typeof d === "string");
  if (named.length <= 1) return g.int(shape.map((d) => (typeof d === "number" ? d : -1)));
  const unknown = named.filter((d) => !g.knows(d));
  if (unknown.length > 1)
    throw new Error(`reshape to [${shape}]: dimensions ${unknown.join(" and ")} belong to no input`);
  const parts = shape.map((d) => (g.knows(d) ? g.dim(d) : g.int([-1])));
  const [vector] = g.add({
    op: "Concat",
    inputs: parts,
    outputs: [{ dtype: "int64", shape: [shape.length] }],
    attributes: { axis: 0 },
  });
  return vector as Value;
}

/** The same elements under another shape. */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const [y] = x.graph.add({
    op: "Reshape",
    inputs: [x, shapeVector(x, shape)],
    outputs: [{ dtype: x.dtype, shape }],
  });
  return y as Value;
}

/** Permutes axes: output axis i is input axis `perm[i]`. */
export function transpose(x: Value, perm: readonly number[]): Value {
  if (perm.length !== x.shape.length) throw new Error(`transpose of [${x.shape}] by [${perm}]`);
  const shape = perm.map((axis) => x.shape[axis] as Dim);
  const [y] = x.graph.add({
    op: "Transpose",
    inputs: [x],
    outputs: [{ dtype: x.dtype, shape }],
    attributes: { perm },
  });
  return y as Value;
}

/** Joins along an axis. A named size along that axis needs the resulting dimension to be given. */
export function concat(values: readonly Value[], axis: number, joined?: Dim): Value {
  const first = values[0] as Value;
  const at = positiveAxis(axis, first.shape.length);
  const sizes = values.map((v) => v.shape[at] as Dim);
  const total = joined ?? sizes.reduce<number>((sum, d) => sum + (d as number), 0);
  if (typeof total === "number" && Number.isNaN(total))
    throw new Error("concat along a named axis needs its size");
  const shape = withAxis(first.shape, at, total);
  const [y] = first.graph.add({
    op: "Concat",
    inputs: values,
    outputs: [{ dtype: first.dtype, shape }],
    attributes: { axis: at },
  });
  return y as Value;
}

/** Cuts an axis into pieces of the given sizes. */
export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  const at = positiveAxis(axis, x.shape.length);
  return x.graph.add({
    op: "Split",
    inputs: [x, x.graph.int(sizes)],
    outputs: sizes.map((size) => ({ dtype: x.dtype, shape: withAxis(x.shape, at, size) })),
    attributes: { axis: at },
  });
}

/** Repeats dimensions of size 1 up to a shape. */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const g = x.graph;
  const vector = shape.every((d) => typeof d === "number")
    ? g.int(shape as number[])
    : (g.add({
        op: "Concat",
        inputs: shape.map((d) => g.dim(d)),
        outputs: [{ dtype: "int64", shape: [shape.length] }],
        attributes: { axis: 0 },
      })[0] as Value);
  const [y] = g.add({ op: "Expand", inputs: [x, vector], outputs: [{ dtype: x.dtype, shape }] });
  return y as Value;
}

/** Rows `table[indices]`: [R, …rest] by int64 [...I] gives [...I, …rest]. */
export function gatherRows(table: Value, indices: Value): Value {
  const shape = [...indices.shape, ...table.shape.slice(1)];
  const [y] = table.graph.add({
    op: "Gather",
    inputs: [table, indices],
    outputs: [{ dtype: table.dtype, shape }],
    attributes: { axis: 0 },
  });
  return y as Value;
}

/**
 * Rows of a matrix, none of them twice: [N, D] by int64 [M] gives [M, D]. That no row repeats is the caller's promise: the
 * gradient then writes each row once, and need not add.
 */
export function pickDistinctRows(x: Value, rows: Value): Value {
  const [y] = x.graph.add({
    op: "GatherND",
    inputs: [x, reshape(rows, [rows.shape[0] as Dim, 1])],
    outputs: [{ dtype: x.dtype, shape: [rows.shape[0] as Dim, x.shape[1] as Dim] }],
  });
  return y as Value;
}

/** One element of each row: [M, V] by int64 [M, K] gives [M, K]. */
export function gatherElements(x: Value, indices: Value): Value {
  const [y] = x.graph.add({
    op: "GatherElements",
    inputs: [x, indices],
    outputs: [{ dtype: x.dtype, shape: indices.shape }],
    attributes: { axis: x.shape.length - 1 },
  });
  return y as Value;
}

/** `base` with each update added, in order, where its index along the axis says. No gradient is defined. */
export function scatterElementsAdd(base: Value, indices: Value, updates: Value, axis: number): Value {
  const [y] = base.graph.add({
    op: "ScatterElements",
    inputs: [base, indices, updates],
    outputs: [{ dtype: base.dtype, shape: base.shape }],
    attributes: { axis, reduction: "add" },
  });
  return y as Value;
}

/** Repeats dimensions of size 1 up to the run-time shape of another value. */
export function expandLike(x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x;
  const [shape] = x.graph.add({
    op: "Shape",
    inputs: [like],
    outputs: [{ dtype: "int64", shape: [like.shape.length] }],
  });
  const [y] = x.graph.add({
    op: "Expand",
    inputs: [x, shape as Value],
    outputs: [{ dtype: x.dtype, shape: like.shape }],
  });
  return y as Value;
}

/** Zeros after the last element of the last axis, up to a width. It has no gradient rule. */
export function padLast(x: Value, width: number): Value {
  const rank = x.shape.length;
  const missing = width - (x.shape.at(-1) as number);
  if (missing === 0) return x;
  const ends = Array.from({ length: 2 * rank }, (_, i) => (i === 2 * rank - 1 ? missing : 0));
  const [y] = x.graph.add({
    op: "Pad",
    inputs: [x, x.graph.int(ends)],
    outputs: [{ dtype: x.dtype, shape: withAxis(x.shape, rank - 1, width) }],
  });
  return y as Value;
}

/** The first elements of the last axis. It has no gradient rule. */
export function takeFirst(x: Value, width: number): Value {
  if (x.shape.at(-1) === width) return x;
  const g = x.graph;
  const axis = x.shape.length - 1;
  const [y] = g.add({
    op: "Slice",
    inputs: [x, g.int([0]), g.int([width]), g.int([axis])],
    outputs: [{ dtype: x.dtype, shape: withAxis(x.shape, axis, width) }],
  });
  return y as Value;
}
