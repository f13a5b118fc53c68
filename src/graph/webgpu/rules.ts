/** By operator, what stands in its place on ONNX Runtime's WebGPU provider. */
import type { Dim, Graph, Node, Value } from "../graph.js";
import { add, exp, log, mul, reciprocal, sqrt, sub } from "../ops/elementwise.js";
import { reduceMax, reduceMean, reduceSum } from "../ops/reduce.js";
import { reshape, transpose } from "../ops/shape.js";
import { productDim } from "../shape.js";
import { numberOf } from "./attributes.js";

/** A node whose inputs belong to the new graph. */
export interface Rewritten extends Node {
  /** Of each output, whether anybody reads it. */
  readonly used: readonly boolean[];
}

/** The node's outputs, made of other nodes; undefined where the node may stay as it is. An output that nobody reads may be missing. */
type Rewrite = (node: Rewritten) => readonly (Value | undefined)[] | undefined;

function gemm(g: Graph, a: Value, b: Value, node: Node): Value {
  const transA = numberOf(node, "transA");
  const transB = numberOf(node, "transB");
  const rows = a.shape[transA ? 1 : 0] as Dim;
  const columns = b.shape[transB ? 0 : 1] as Dim;
  const [y] = g.add({
    op: "Gemm",
    inputs: [a, b],
    outputs: [{ dtype: a.dtype, shape: [rows, columns] }],
    attributes: { transA, transB, alpha: { float: numberOf(node, "alpha") } },
  });
  return y as Value;
}

const transposed = (x: Value): Value => {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
};

/** Of matrices it is a Gemm; of batches the transposes and the factor are nodes of their own. */
const fusedMatMul: Rewrite = (node) => {
  const [a, b] = node.inputs as [Value, Value];
  const y = node.outputs[0] as Value;
  const g = a.graph;
  if (a.shape.length === 2 && b.shape.length === 2) return [gemm(g, a, b, node)];
  if (b.shape.length === 2 && !numberOf(node, "transA")) {
    const rows = productDim(a.shape.slice(0, -1));
    return [reshape(gemm(g, reshape(a, [rows, a.shape.at(-1) as Dim]), b, node), y.shape)];
  }
  const left = numberOf(node, "transA") ? transposed(a) : a;
  const right = numberOf(node, "transB") ? transposed(b) : b;
  const [product] = g.add({ op: "MatMul", inputs: [left, right], outputs: [y] });
  const alpha = numberOf(node, "alpha");
  return [alpha === 1 ? product : mul(product as Value, g.float(alpha))];
};

/** x − max − log Σ exp(x − max). */
const logSoftmax: Rewrite = ({ inputs }) => {
  const x = inputs[0] as Value;
  const shifted = sub(x, reduceMax(x, [-1], true));
  return [sub(shifted, log(reduceSum(exp(shifted), [-1], true)))];
};

/** The provider's second output is the mean, where ONNX Runtime's is 1/√(mean(x²) + ε). */
const rmsNorm: Rewrite = (node) => {
  if (!node.used[1]) return undefined;
  const x = node.inputs[0] as Value;
  const [y] = x.graph.add({ ...node, outputs: node.outputs.slice(0, 1) });
  const square = add(reduceMean(mul(x, x), [-1], true), x.graph.float(numberOf(node, "epsilon")));
  return [y, reciprocal(sqrt(square))];
};

export const rewrites: Readonly<Record<string, Rewrite>> = {
  FusedMatMul: fusedMatMul,
  LogSoftmax: logSoftmax,
  SimplifiedLayerNormalization: rmsNorm,
};
