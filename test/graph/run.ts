/** Runs a graph on the real ONNX Runtime, for tests. */
import { compile, type Program } from "../../src/engine/onnx/runtime/program.js";
import { arrayOf, floats, integers, type Tensor } from "../../src/engine/onnx/runtime/tensor.js";
import type { Graph } from "../../src/graph/graph.js";
import { DEVICE } from "../engine/on-device.js";

export interface Array_ {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export type Feeds = Readonly<Record<string, Array_>>;

export class Runner {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async create(graph: Graph, threads = 1): Promise<Runner> {
    return new Runner(compile(graph, threads, DEVICE));
  }

  async run(feeds: Feeds): Promise<Record<string, { shape: readonly number[]; data: number[] }>> {
    const tensors: Record<string, Tensor> = {};
    for (const { name, dtype } of this.#program.inputs) {
      const feed = feeds[name];
      if (!feed) throw new Error(`no feed for ${name}`);
      tensors[name] =
        dtype === "int64"
          ? integers(BigInt64Array.from(Array.from(feed.data, BigInt)), feed.shape)
          : floats(Float32Array.from(feed.data), feed.shape);
    }
    // Hundreds of runs would keep a test's thread from saying that it is alive.
    await new Promise((resolve) => setImmediate(resolve));
    const results = await this.#program.run(tensors);
    return Object.fromEntries(
      Object.entries(results).map(([name, t]) => [
        name,
        { shape: t.dims, data: Array.from(arrayOf(t) as ArrayLike<number | bigint>, Number) },
      ]),
    );
  }
}
