/** A session of ONNX Runtime: a model that was made ready to run. */
import { SelftrainError } from "../../../errors.js";
import { DEVICE_LOCK } from "./device-lock.js";
import { Names } from "./names.js";
import { FATAL, handles, openRuntime, type Runtime } from "./runtime.js";
import { addWebGpu, deviceError } from "./web-gpu.js";

/** ORT_ENABLE_ALL */
const ALL_OPTIMISATIONS = 99;

/** With more threads than any machine has cores the library would end the process. */
const MOST_THREADS = 1024;

/** The processor, or the graphics device that ONNX Runtime's WebGPU provider finds. */
export type Device = "cpu" | "gpu";

/** What is asked for: `auto` is the processor, until it was measured where a graphics device is faster. */
export type DeviceChoice = Device | "auto";

export const deviceOf = (choice: DeviceChoice = "auto"): Device => (choice === "gpu" ? "gpu" : "cpu");

/** What a session runs on. */
export interface On {
  /** Threads of ONNX Runtime. */
  readonly threads: number;
  readonly device: Device;
}

/** Inputs or outputs of a model, in the order of their handles. */
type Named = readonly { readonly name: string }[];

export class Session {
  /** Handles of values to be set before a run: of each input, and of memory for each output. */
  readonly inputs: BigUint64Array;
  readonly outputs: BigUint64Array;
  readonly #runtime: Runtime;
  readonly #inputNames: Names;
  readonly #outputNames: Names;
  readonly #device: Device;
  #handle: bigint | null;

  /** Of the bytes of an ONNX model. Errors: `engine-runtime`, `engine-threads`, those of a device, and those of opening the library. */
  constructor(
    model: Uint8Array,
    on: On,
    { inputs, outputs }: { readonly inputs: Named; readonly outputs: Named },
  ) {
    this.#runtime = openRuntime();
    this.#device = on.device;
    this.inputs = handles(inputs.length);
    this.outputs = handles(outputs.length);
    this.#inputNames = new Names(inputs.map(({ name }) => name));
    this.#outputNames = new Names(outputs.map(({ name }) => name));
    this.#handle = this.#onDevice(() => create(this.#runtime, model, on));
    this.#runtime.held.sessions++;
  }

  /** Runs on the values, none of which may be released before that has ended. Errors: `engine-runtime`, and those of a device. */
  run(): void {
    const { functions } = this.#runtime;
    this.#onDevice(() => this.#runtime.check(functions.Run(...this.#arguments())));
  }

  /** The same on another thread. Not to be called again before it has ended. */
  runAside(): Promise<void> {
    const { functions } = this.#runtime;
    if (this.#device === "gpu") throw new Error("a graphics device is driven from one thread");
    return new Promise((resolve, reject) => {
      functions.Run.async(...this.#arguments(), (error, status) => {
        try {
          if (error) throw error;
          this.#runtime.check(status);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** The handle. Throws where the session was released. */
  checkOpen(): bigint {
    if (this.#handle === null) throw new Error("this session was released");
    return this.#handle;
  }

  release(): void {
    if (this.#handle === null) return;
    const handle = this.#handle;
    this.#onDevice(() => this.#runtime.functions.ReleaseSession(handle));
    this.#handle = null;
    this.#runtime.held.sessions--;
  }

  /** Whatever touches a graphics device does so alone. */
  #onDevice<T>(act: () => T): T {
    if (this.#device === "cpu") return act();
    try {
      return DEVICE_LOCK.during(act);
    } catch (error) {
      throw deviceError(error);
    }
  }

  #arguments() {
    const { inputs, outputs } = this;
    return [
      this.checkOpen(),
      null,
      this.#inputNames.addresses,
      inputs,
      inputs.length,
      this.#outputNames.addresses,
      outputs.length,
      outputs,
    ] as const;
  }
}

function create(runtime: Runtime, model: Uint8Array, { threads, device }: On): bigint {
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
    throw new SelftrainError({
      code: "engine-threads",
      message: "the engine cannot run on so many threads",
      found: threads,
      expected: `a whole number from 1 to ${MOST_THREADS}`,
      where: "engine.threads",
      remedy: "leave engine.threads out, or give the number of the machine's cores",
    });
  }
  const { functions } = runtime;
  const options = runtime.make((out) => functions.CreateSessionOptions(out));
  try {
    runtime.check(functions.SetIntraOpNumThreads(options, threads));
    runtime.check(functions.SetInterOpNumThreads(options, 1));
    runtime.check(functions.DisableMemPattern(options));
    runtime.check(functions.SetSessionGraphOptimizationLevel(options, ALL_OPTIMISATIONS));
    runtime.check(functions.SetSessionLogSeverityLevel(options, FATAL));
    if (device === "gpu") addWebGpu(runtime, options);
    return runtime.make((out) =>
      functions.CreateSessionFromArray(runtime.env, model, model.length, options, out),
    );
  } finally {
    functions.ReleaseSessionOptions(options);
  }
}
