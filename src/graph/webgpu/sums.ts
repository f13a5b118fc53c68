/**
 * Gradients of weights on WebGPU: aᵀ·b added to the sum so far, as one Gemm whose third operand is the sum. For the processor the narrower
 * side is transposed first, and sums are added apart (`graph/rules/tall-product.ts`): here that would be a dispatch each.
 */
import type { Dim, Graph, Node, Shape, Value } from "../graph.js";
import { liveNodes } from "../serialize.js";
import { numberOf } from "./attributes.js";

/** sum + alpha · aᵀ·b, of a [rows, m], b [rows, n] and a sum [m, n]. */
export interface SumOfProduct {
  readonly sum: Value;
  readonly a: Value;
  readonly b: Value;
  readonly alpha: number;
}

type Product = Omit<SumOfProduct, "sum">;

/** By the name of a value, the sum of a product that it is, where nothing else reads the product. */
export function sumsOfProducts(graph: Graph): ReadonlyMap<string, SumOfProduct> {
  const nodes = liveNodes(graph);
  const makers = new Map(nodes.flatMap((node) => node.outputs.map(({ name }) => [name, node] as const)));
  const readers = new Map<string, number>();
  const count = (value: Value | null) => {
    if (value) readers.set(value.name, (readers.get(value.name) ?? 0) + 1);
  };
  for (const { inputs } of nodes) inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);

  const made = (value: Value): Node | undefined => makers.get(value.name);
  const found = new Map<string, SumOfProduct>();
  for (const { op, inputs, outputs } of nodes) {
    const [sum, added] = inputs as [Value, Value];
    if (op !== "Add" || sum.shape.length !== 2 || String(sum.shape) !== String(added.shape)) continue;
    const product = productOf(added);
    if (product) found.set((outputs[0] as Value).name, { sum, ...product });
  }
  return found;

  function productOf(value: Value): Product | null {
    const node = readers.get(value.name) === 1 ? made(value) : undefined;
    const [x, y] = (node?.inputs ?? []) as [Value, Value];
    if (node?.op === "Reshape") return sameMatrix(x.shape, value.shape) ? productOf(x) : null;
    if (node?.op === "Transpose" && x.shape.length === 2) {
      const product = productOf(x);
      return product && { ...product, a: product.b, b: product.a };
    }
    if (node?.op !== "MatMul" && node?.op !== "FusedMatMul") return null;
    const alpha = node.op === "MatMul" ? 1 : numberOf(node, "alpha");
    const a = numberOf(node, "transA") === 1 ? x : transposedBefore(x);
    return a?.shape.length === 2 && y.shape.length === 2 && numberOf(node, "transB") === 0
      ? { a, b: y, alpha }
      : null;
  }

  /** The matrix that is transposed, and made a batch of one, to be this value. */
  function transposedBefore(value: Value): Value | null {
    const node = made(value);
    if (node?.op === "Reshape") {
      const x = node.inputs[0] as Value;
      return sameMatrix(x.shape, value.shape) ? transposedBefore(x) : null;
    }
    return node?.op === "Transpose" && value.shape.length === 2 ? (node.inputs[0] as Value) : null;
  }
}

/** Whether one shape is a matrix and the other the same, or both are, but for a batch of one. */
function sameMatrix(a: Shape, b: Shape): boolean {
  const matrix = (shape: Shape): readonly Dim[] =>
    shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
  return matrix(a).length === 2 && String(matrix(a)) === String(matrix(b));
}

/** The Gemm. */
export function gemmOnto({ sum, a, b, alpha }: SumOfProduct): Value {
  const [y] = sum.graph.add({
    op: "Gemm",
    inputs: [a, b, sum],
    outputs: [sum],
    attributes: { transA: 1, transB: 0, alpha: { float: alpha } },
  });
  return y as Value;
}
