/** Runs a graph on the real ONNX Runtime, for tests. */
import * as ort from "onnxruntime-node";
import type { Graph } from "../../src/graph/graph.js";
import { serialize } from "../../src/graph/serialize.js";

export interface Array_ {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export type Feeds = Readonly<Record<string, Array_>>;

export class Runner {
  readonly #session: ort.InferenceSession;
  readonly #graph: Graph;

  private constructor(session: ort.InferenceSession, graph: Graph) {
    this.#session = session;
    this.#graph = graph;
  }

  static async create(graph: Graph, threads = 1): Promise<Runner> {
    const options = { intraOpNumThreads: threads, logSeverityLevel: 3 as const };
    return new Runner(await ort.InferenceSession.create(serialize(graph), options), graph);
  }

  async run(feeds: Feeds): Promise<Record<string, { shape: readonly number[]; data: number[] }>> {
    const tensors: Record<string, ort.Tensor> = {};
    for (const { name, dtype } of this.#graph.inputs) {
      const feed = feeds[name];
      if (!feed) throw new Error(`no feed for ${name}`);
      tensors[name] =
        dtype === "int64"
          ? new ort.Tensor("int64", BigInt64Array.from(Array.from(feed.data, BigInt)), feed.shape)
          : new ort.Tensor("float32", Float32Array.from(feed.data), feed.shape);
    }
    const results = await this.#session.run(tensors);
    return Object.fromEntries(
      Object.entries(results).map(([name, t]) => [
        name,
        { shape: t.dims, data: Array.from(t.data as ArrayLike<number | bigint>, Number) },
      ]),
    );
  }
}
