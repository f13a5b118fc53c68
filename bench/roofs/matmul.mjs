/** ONNX Runtime's matrix product rate on this machine, in operations a second: the roof of the engine's arithmetic. */
import { compile } from "../../dist/engine/onnx/runtime/program.js";
import { floats, floatsOf } from "../../dist/engine/onnx/runtime/tensor.js";
import { Graph } from "../../dist/graph/graph.js";
import { matMul } from "../../dist/graph/ops/matmul.js";
import { seconds } from "../measure.mjs";
import { settings } from "../settings.mjs";

const { size, products } = settings.matmul;

/** Floating-point operations of one repetition, also of the peer's. */
export const matmulFlops = products * 2 * size ** 3;

/** A function that does the products once, in one graph: only the last result is copied out. */
export async function open() {
  const graph = new Graph("matmul");
  let product = graph.input("a", "float32", [size, size]);
  const b = graph.input("b", "float32", [size, size]);
  for (let i = 0; i < products; i++) product = matMul(product, b);
  graph.output("product", product);
  const program = compile(graph, settings.threads);
  // Rows of b sum to 1, so that the chain neither overflows nor slows down in subnormal numbers.
  const a = floats(new Float32Array(size * size).fill(1), [size, size]);
  const rows = floats(new Float32Array(size * size).fill(1 / size), [size, size]);
  return async () => {
    const time = await seconds(async () => {
      const found = floatsOf(await program.run({ a, b: rows }), "product")[0];
      if (Math.abs(found - 1) > 1e-3) throw new Error(`a product of ones by row means gave ${found}`);
    });
    return { seconds: time, rate: matmulFlops / time };
  };
}
