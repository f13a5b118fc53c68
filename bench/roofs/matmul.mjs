/** ONNX Runtime's matrix product rate on this machine, in operations a second: the roof of the engine's arithmetic. */
import { Gpu } from "../../dist/engine/onnx/device/gpu.js";
import { compile } from "../../dist/engine/onnx/runtime/program.js";
import { floats, floatsOf } from "../../dist/engine/onnx/runtime/tensor.js";
import { Graph } from "../../dist/graph/graph.js";
import { matMul } from "../../dist/graph/ops/matmul.js";
import { reduceSum } from "../../dist/graph/ops/reduce.js";
import { seconds } from "../measure.mjs";
import { settings } from "../settings.mjs";

const flopsOf = (count, size) => count * 2 * size ** 3;

/** Floating-point operations of one repetition on the processor, also of the peer's. */
export const matmulFlops = flopsOf(settings.matmul.products, settings.matmul.size);

/** The chain in one graph, of whose last product only the sum comes out. */
function chain(count, size) {
  const graph = new Graph(`matmul-${count}`);
  let product = graph.input("a", "float32", [size, size]);
  const b = graph.input("b", "float32", [size, size]);
  for (let i = 0; i < count; i++) product = matMul(product, b);
  graph.output("sum", reduceSum(reduceSum(product, [1], true), [0], true));
  return graph;
}

/** A function that does the products once, by default on the processor. On a graphics device the matrices lie there. */
export async function open({ device = "cpu", threads = settings.threads, size = settings.matmul.size }) {
  const gpu = device === "gpu" ? new Gpu() : null;
  const matrix = (value) => {
    const array = new Float32Array(size * size).fill(value);
    return gpu ? gpu.tensorOf(array, [size, size]) : floats(array, [size, size]);
  };
  // Rows of b sum to 1, so that the chain neither overflows nor slows down in subnormal numbers.
  const feeds = { a: matrix(1), b: matrix(1 / size) };
  const timer = (count) => {
    const program = compile(chain(count, size), threads, device);
    return async () => {
      const time = await seconds(async () => {
        const mean = floatsOf(await program.run(feeds), "sum")[0] / size ** 2;
        if (Math.abs(mean - 1) > 1e-3) throw new Error(`a product of ones by row means gave ${mean}`);
      });
      return { seconds: time, rate: flopsOf(count, size) / time };
    };
  };
  return timer(gpu ? await lengthOn(timer(1)) : settings.matmul.products);
}

/** Products of a chain that takes a graphics device about as long as is asked for, and hides what starting a program takes. */
async function lengthOn(one) {
  await one();
  const { seconds: most, products } = settings.matmulOnDevice;
  return Math.min(products, Math.max(1, Math.round(most / (await one()).seconds)));
}
