/** A compiled program: an ONNX Runtime session, and the typed arrays that it reads and writes where they lie. */
import * as ort from "onnxruntime-node";
import { type Dim, type DType, elements, type Graph, type Shape } from "../../../graph/graph.js";
import { SENTINEL, serialize } from "../../../graph/serialize.js";

export type Tensors = Readonly<Record<string, ort.Tensor>>;

/** Inputs are views: ONNX Runtime reads the array where it lies. */
export function floats(data: Float32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor("float32", data, shape);
}

export function integers(data: BigInt64Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor("int64", data, shape);
}

export function shortIntegers(data: Int32Array, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor("int32", data, shape);
}

export function boolean(value: boolean): ort.Tensor {
  return new ort.Tensor("bool", Uint8Array.of(Number(value)), []);
}

export interface Program {
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[];
  /**
   * Runs on feeds, of which it reads its own, so that parameters can be given to all programs alike. Outputs are
   * written to the tensors `into` that bear their names, and to new ones where there is none. An output may be given the memory of
   * an input of the same shape where the operator that makes it works element by element or is made for it
   * (key-value caches): it is then updated in place.
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/** Compiles a graph. */
export async function compile(graph: Graph, threads: number): Promise<Program> {
  const session = await ort.InferenceSession.create(serialize(graph, { sentinel: true }), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableMemPattern: false,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
  return {
    inputs: graph.inputs,
    run: async (feeds, into = {}) => {
      const outputs = outputTensors(graph, sizesOf(graph, feeds), into);
      await runInto(session, feeds, outputs);
      return outputs;
    },
    release: () => session.release(),
  };
}

/**
 * The Node binding lets a run write to memory of the caller, and then copies every output once more into arrays that it
 * returns: a tenth of a training step. It cannot convert sequences, and gives up at the first output that is one, with the
 * outputs themselves in place. So there is one, in front. A binding that learns to convert it returns copies that nobody looks at.
 */
const UNCONVERTIBLE = "Non tensor type";

async function runInto(session: ort.InferenceSession, inputs: Tensors, outputs: Tensors): Promise<void> {
  try {
    await session.run(inputs, { [SENTINEL]: null, ...outputs });
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith(UNCONVERTIBLE))) throw error;
  }
}

/** Sizes of the named dimensions, from the shapes that are fed. Throws where an input is missing, or two disagree. */
function sizesOf(graph: Graph, feeds: Tensors): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { name, shape } of graph.inputs) {
    const dims = feeds[name]?.dims;
    if (!dims) throw new Error(`program ${graph.name} was not fed ${name}`);
    let fits = dims.length === shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const dim = shape[axis] as Dim;
      const size = dims[axis] as number;
      if (typeof dim === "string") sizes[dim] ??= size;
      fits &&= size === (typeof dim === "string" ? sizes[dim] : dim);
    }
    if (!fits)
      throw new Error(
        `program ${graph.name}: ${name} is [${dims}], expected [${shape}] of ${JSON.stringify(sizes)}`,
      );
  }
  return sizes;
}

const ARRAYS = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array, bool: Uint8Array } as const;

function outputTensors(graph: Graph, sizes: Readonly<Record<string, number>>, into: Tensors): Tensors {
  return Object.fromEntries(
    graph.outputs.map(({ name, value }) => {
      const given = into[name];
      if (given) return [name, given];
      const dims = value.shape.map((dim) => elements([dim], sizes));
      const data = new ARRAYS[value.dtype](elements(value.shape, sizes));
      return [name, new ort.Tensor(value.dtype, data as Float32Array, dims)];
    }),
  );
}

/** The data of a float32 output. */
export function floatsOf(outputs: Tensors, name: string): Float32Array {
  return outputs[name]?.data as Float32Array;
}
