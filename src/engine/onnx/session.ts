/** A compiled program: an ONNX Runtime session and the typed arrays it is fed with. */
import * as ort from "onnxruntime-node";
import type { DType, Graph, Shape } from "../../graph/graph.js";
import { serialize } from "../../graph/serialize.js";

export type Tensors = Readonly<Record<string, ort.Tensor>>;

/** Inputs are views: ONNX Runtime reads the array where it lies. */
export function floats(data: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor("float32", data, shape);
}

export function integers(data: BigInt64Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor("int64", data, shape);
}

export function boolean(value: boolean): ort.Tensor {
  return new ort.Tensor("bool", Uint8Array.of(Number(value)), []);
}

export interface Program {
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[];
  run(feeds: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/** Compiles a graph. A program picks its own inputs out of the feeds, so that parameters can be given to all alike. */
export async function compile(graph: Graph, threads: number): Promise<Program> {
  const session = await ort.InferenceSession.create(serialize(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  const names = graph.inputs.map((v) => v.name);
  return {
    inputs: graph.inputs,
    run: (feeds) => {
      const picked: Record<string, ort.Tensor> = {};
      for (const name of names) {
        const tensor = feeds[name];
        if (!tensor) throw new Error(`program ${graph.name} was not fed ${name}`);
        picked[name] = tensor;
      }
      return session.run(picked) as Promise<Tensors>;
    },
    release: () => session.release(),
  };
}

/** The data of a float32 output. */
export function floatsOf(outputs: Tensors, name: string): Float32Array {
  return outputs[name]?.data as Float32Array;
}
