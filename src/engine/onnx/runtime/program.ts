/** A compiled program: a session of ONNX Runtime, and the tensors that it reads and writes where they lie. */
import type { DType, Graph, Shape } from "../../../graph/graph.js";
import { serialize } from "../../../graph/serialize.js";
import { forWebGpu } from "../../../graph/webgpu/rewrite.js";
import { type Device, type On, Session } from "../c-api/session.js";
import { Signature } from "./signature.js";
import { type AnyTensor, type Tensors, zeros } from "./tensor.js";

export interface Runnable {
  /**
   * Runs on feeds, of which it reads its own, so that parameters can be given to all programs alike. Outputs are
   * written to the tensors `into` that bear their names, and to new ones where there is none. An output may be given the memory of
   * an input of the same shape where the operator that makes it works element by element or is made for it
   * (key-value caches): it is then updated in place. Not to be called again before it has ended. Errors: `engine-runtime`.
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
}

export interface Program extends Runnable {
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[];
  /** The same on another thread, so that this one goes on meanwhile; that takes some 30 µs more. */
  readonly aside: Runnable;
  /** What it is run by. */
  readonly session: Session;
  release(): void;
}

/** Compiles a graph. Errors: `engine-runtime`, `engine-threads`, those of a device, and those of opening the library. */
export function compile(graph: Graph, threads: number, device: Device = "cpu"): Program {
  return new Compiled(graph, { threads, device });
}

class Compiled implements Program {
  readonly inputs: Program["inputs"];
  readonly aside: Runnable = {
    run: (feeds, into) => this.#runBy(() => this.session.runAside(), feeds, into),
  };
  readonly #name: string;
  readonly #signature: Signature;
  readonly session: Session;
  /** Lasting tensors by their places among inputs and outputs. */
  readonly #kept: (AnyTensor | undefined)[] = [];
  /** Those that are held for the run that is under way. */
  readonly #passing: AnyTensor[] = [];
  #running = false;

  constructor(graph: Graph, on: On) {
    this.inputs = graph.inputs;
    this.#name = graph.name;
    this.#signature = new Signature(graph);
    const made = on.device === "gpu" ? forWebGpu(graph) : graph;
    this.session = new Session(serialize(made), on, this.#signature);
  }

  run(feeds: Tensors, into?: Tensors): Promise<Tensors> {
    return this.#runBy(() => this.session.run(), feeds, into);
  }

  release(): void {
    this.#checkIdle();
    for (const tensor of this.#kept.splice(0)) tensor?.letGo();
    this.session.release();
  }

  async #runBy(run: () => void | Promise<void>, feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    this.#checkIdle();
    this.session.checkOpen();
    this.#running = true;
    try {
      const outputs = this.#bind(feeds, into);
      await run();
      return outputs;
    } finally {
      for (const tensor of this.#passing.splice(0)) tensor.letGo();
      this.#running = false;
    }
  }

  #checkIdle(): void {
    if (this.#running) throw new Error(`program ${this.#name} is running`);
  }

  /** Hands over the tensors of a run, all of which fit, and returns those of its outputs. */
  #bind(feeds: Tensors, into: Tensors): Tensors {
    const signature = this.#signature;
    signature.fed(feeds, this.#kept);
    signature.inputs.forEach(({ name }, i) => {
      this.session.inputs[i] = this.#hold(i, feeds[name] as AnyTensor);
    });
    const outputs: Record<string, AnyTensor> = {};
    signature.outputs.forEach((output, i) => {
      const tensor = into[output.name] ?? zeros(output.dtype, signature.dimsOf(output));
      signature.check(output, tensor);
      this.session.outputs[i] = this.#hold(signature.inputs.length + i, tensor);
      outputs[output.name] = tensor;
    });
    return outputs;
  }

  /** The handle of a tensor at a place, for a run or, of one that lasts, until there is another. */
  #hold(place: number, tensor: AnyTensor): bigint {
    const before = this.#kept[place];
    if (before === tensor) return tensor.handle;
    const handle = tensor.hold();
    if (tensor.lasting) {
      before?.letGo();
      this.#kept[place] = tensor;
    } else this.#passing.push(tensor);
    return handle;
  }
}
