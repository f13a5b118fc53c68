/** Memory of the graphics device that ONNX Runtime's WebGPU provider computes on. */
import { DEVICE_LOCK } from "./device-lock.js";
import { handles, openRuntime, type Runtime } from "./runtime.js";
import type { Session } from "./session.js";
import { createDims } from "./value.js";
import { deviceError } from "./web-gpu.js";

/** What the provider calls its memory. */
const NAME = "WebGPU_Buf";
/** OrtDeviceAllocator, device 0, OrtMemTypeDefault. */
const ALLOCATOR = 0;
const DEVICE = 0;
const DEFAULT_MEMORY = 0;
/** ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT */
const FLOAT = 1;

const bytesOf = (dims: readonly number[]): number =>
  dims.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);

export class DeviceMemory {
  readonly #runtime: Runtime;
  readonly #allocator: bigint;

  /** Of a session on the device, which must be there as long as this. */
  constructor(session: Session) {
    this.#runtime = openRuntime();
    const { functions } = this.#runtime;
    const place = this.#runtime.make((out) =>
      functions.CreateMemoryInfo(NAME, ALLOCATOR, DEVICE, DEFAULT_MEMORY, out),
    );
    this.#allocator = this.#alone(() =>
      this.#runtime.make((out) => functions.CreateAllocator(session.checkOpen(), place, out)),
    );
  }

  /** The handle of a new float32 value, which holds whatever lay there. Errors: `engine-device-memory`. */
  create(dims: readonly number[]): bigint {
    const { functions, held } = this.#runtime;
    const handle = this.#alone(() =>
      this.#runtime.make((out) =>
        functions.CreateTensorAsOrtValue(this.#allocator, createDims(dims), dims.length, FLOAT, out),
      ),
    );
    held.values++;
    held.deviceBytes += bytesOf(dims);
    return handle;
  }

  /** Copies a value over another of the same size, each on the device or not. Errors: those of a device. */
  copy(from: bigint, to: bigint): void {
    const { functions, env } = this.#runtime;
    const [source, target] = [handles(1), handles(1)];
    source[0] = from;
    target[0] = to;
    this.#alone(() => this.#runtime.check(functions.CopyTensors(env, source, target, null, 1)));
  }

  /** A value that was created with these sizes. */
  release(handle: bigint, dims: readonly number[]): void {
    const { functions, held } = this.#runtime;
    this.#alone(() => functions.ReleaseValue(handle));
    held.values--;
    held.deviceBytes -= bytesOf(dims);
  }

  /** After all values were released. */
  close(): void {
    this.#alone(() => this.#runtime.functions.ReleaseAllocator(this.#allocator));
  }

  #alone<T>(act: () => T): T {
    try {
      return DEVICE_LOCK.during(act);
    } catch (error) {
      throw deviceError(error);
    }
  }
}
