/** Small programs that a graphics device runs where the processor works on arrays directly. */
import { Graph, type Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import type { ParameterSpec } from "../../../model/parameters.js";
import { adamwProgram } from "../programs/adamw.js";

/** Names of an axis each, for a tensor of that rank. */
const axes = (rank: number): string[] => Array.from({ length: rank }, (_, i) => `D${i}`);

/** Zeros of the shape of `like`. */
export function zerosProgram(rank: number): Graph {
  const g = new Graph("zeros");
  const like = g.input("like", "float32", axes(rank));
  g.output("zeros", ops.expandLike(g.input("zero", "float32", []), like));
  return g;
}

/** Rows [..., D] of a table [V, D], times a factor. */
export function lookUpProgram(rank: number, width: number): Graph {
  const g = new Graph("look-up");
  const indices = g.input("indices", "int64", axes(rank - 1));
  const rows = ops.gatherRows(g.input("table", "float32", ["V", width]), indices);
  g.output("rows", ops.mul(rows, g.input("scale", "float32", [])));
  return g;
}

/** A table [N, D] with other rows [M, D] at the indices, none of which occurs twice. */
export function putProgram(): Graph {
  const g = new Graph("put");
  const into = g.input("into", "float32", ["N", "D"]);
  g.output(
    "put",
    scatter(into, g.input("indices", "int64", ["M", 1]), g.input("rows", "float32", ["M", "D"])),
  );
  return g;
}

/**
 * A sum [V, D] with the rows [..., D] of N tokens added, times a factor. A token may occur often: rows of one are summed as a product
 * with zeros and ones, in the same order every time, which additions by many threads at once would not keep to.
 */
export function addRowsProgram(rank: number, width: number): Graph {
  const g = new Graph("add-rows");
  const sum = g.input("sum", "float32", ["V", width]);
  const added = addedRows(g, rank, width);
  const at = g.input("indices", "int64", ["U", 1]);
  const [before] = g.add({
    op: "GatherND",
    inputs: [sum, at],
    outputs: [{ dtype: "float32", shape: ["U", width] }],
  });
  g.output("added", scatter(sum, at, ops.add(before as Value, added)));
  return g;
}

/**
 * The same for a sum that takes several bindings: of such a one ScatterND of ONNX Runtime 1.30 changes the first part alone, without an error. So
 * every token of the vocabulary is given its row; the last of them, of no token, is zero.
 */
export function addSpreadRowsProgram(rank: number, width: number): Graph {
  const g = new Graph("add-spread-rows");
  const sum = g.input("sum", "float32", ["V", width]);
  const spread = ops.gatherRows(addedRows(g, rank, width), g.input("row", "int64", ["V"]));
  g.output("added", ops.add(sum, spread));
  return g;
}

/** Of each distinct token its rows, summed. */
function addedRows(g: Graph, rank: number, width: number): Value {
  const tokens = g.input("tokens", "int32", [1, "N"]);
  const same = ops.cast(ops.equal(g.input("distinct", "int32", ["U", 1]), tokens), "float32");
  const rows = ops.reshape(g.input("rows", "float32", [...axes(rank - 1), width]), ["N", width]);
  return ops.mul(ops.matMul(same, rows), g.input("scale", "float32", []));
}

function scatter(into: Value, at: Value, rows: Value): Value {
  const [y] = into.graph.add({ op: "ScatterND", inputs: [into, at, rows], outputs: [into] });
  return y as Value;
}

/** own · retain + other · taken, which may be given the memory of `own`. */
export function blendProgram(rank: number): Graph {
  const g = new Graph("blend");
  const kept = ops.mul(g.input("own", "float32", axes(rank)), g.input("retain", "float32", []));
  const taken = ops.mul(g.input("other", "float32", axes(rank)), g.input("taken", "float32", []));
  g.output("blended", ops.add(kept, taken));
  return g;
}

/** The most tensors that are joined at once: a command of WebGPU may read so many and not many more. */
const JOINED = 6;

/** Sums of squares along the last axis of all tensors, joined. */
export function squaresProgram(specs: readonly ParameterSpec[]): Graph {
  const g = new Graph("squares");
  const sums = specs.map(({ name, shape }) => {
    const x = g.input(name, "float32", shape);
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    return ops.reshape(ops.reduceSum(ops.mul(x, x), [-1], true), [rows]);
  });
  g.output("squares", joined(sums));
  return g;
}

function joined(vectors: readonly Value[]): Value {
  if (vectors.length === 1) return vectors[0] as Value;
  const groups = Array.from({ length: Math.ceil(vectors.length / JOINED) }, (_, i) =>
    vectors.slice(i * JOINED, (i + 1) * JOINED),
  );
  return joined(groups.map((group) => (group.length === 1 ? (group[0] as Value) : ops.concat(group, 0))));
}

/** Keys or values of prompts [P, Hk, T, hd] put into those of rows [B, Hk, C, hd], at columns from the first. */
export function placeProgram(kvHeads: number, width: number): Graph {
  const g = new Graph("place");
  const cache = g.input("cache", "float32", ["B", kvHeads, "C", width]);
  const prompts = g.input("prompts", "float32", ["P", kvHeads, "T", width]);
  const picked = ops.gatherRows(prompts, g.input("from", "int64", ["R"]));
  const [long] = g.add({
    op: "Pad",
    inputs: [picked, g.input("pads", "int64", [8])],
    outputs: [{ dtype: "float32", shape: ["R", kvHeads, "C", width] }],
  });
  g.output("placed", scatter(cache, g.input("to", "int64", ["R", 1]), long as Value));
  return g;
}

/** Rows of keys or values [B, Hk, C, hd]. */
export function keepProgram(kvHeads: number, width: number): Graph {
  const g = new Graph("keep");
  const cache = g.input("cache", "float32", ["B", kvHeads, "C", width]);
  g.output("kept", ops.gatherRows(cache, g.input("rows", "int64", ["R"])));
  return g;
}

/** AdamW's program, and zeros in the shape of the gradient: no command may write what it reads, so that the gradient has two tensors. */
export function steppingProgram(rank: number): Graph {
  const g = adamwProgram(axes(rank));
  const gradient = g.inputs.find(({ name }) => name === "grad") as Value;
  g.output(CLEARED, ops.sub(gradient, gradient));
  return g;
}
export const CLEARED = "cleared";
