/**
 * Whether a device gives equal bytes for equal inputs. A long product, whose parts some drivers sum in any order, and sums and a softmax of it:
 * the same program twice.
 */
import { Graph } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";
import { uniformStream } from "../../../random.js";
import { compile } from "../runtime/program.js";
import { floats, floatsOf } from "../runtime/tensor.js";

const ROWS = 64;
const LONG = 4096;

function probe(): Graph {
  const g = new Graph("determinism");
  const a = g.input("a", "float32", [ROWS, LONG]);
  const product = ops.matMul(a, g.input("b", "float32", [LONG, ROWS]));
  const columns = ops.reduceSum(ops.transpose(a, [1, 0]), [0], true);
  g.output("y", ops.add(ops.softmax(product), columns));
  return g;
}

/** Errors: those of a device. */
export async function isDeterministic(): Promise<boolean> {
  const drawn = uniformStream([7]);
  const numbers = (from: number) =>
    Float32Array.from({ length: ROWS * LONG }, (_, i) => 2 * drawn(from + i) - 1);
  const feeds = { a: floats(numbers(0), [ROWS, LONG]), b: floats(numbers(ROWS * LONG), [LONG, ROWS]) };
  const program = compile(probe(), 1, "gpu");
  const run = async () => Buffer.from(floatsOf(await program.run(feeds), "y").slice().buffer);
  const [once, again] = [await run(), await run()];
  program.release();
  return once.equals(again);
}
