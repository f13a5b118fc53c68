/**
 * One thread at a time on the graphics device: ONNX Runtime 1.30 ends the process where two run WebGPU sessions at once
 * (microsoft/onnxruntime#27592, #32561). Engines of one process share the lock: whoever starts a thread hands it over.
 */

const FREE = 0;
const TAKEN = 1;

export type DeviceLockMemory = Int32Array<SharedArrayBuffer>;

class DeviceLock {
  #state: DeviceLockMemory = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  /** The lock's memory, to be given to a thread. */
  get shared(): DeviceLockMemory {
    return this.#state;
  }

  /** In a thread: the lock of whoever started it. */
  join(shared: DeviceLockMemory): void {
    this.#state = shared;
  }

  during<T>(act: () => T): T {
    while (Atomics.compareExchange(this.#state, 0, FREE, TAKEN) !== FREE) Atomics.wait(this.#state, 0, TAKEN);
    try {
      return act();
    } finally {
      Atomics.store(this.#state, 0, FREE);
      Atomics.notify(this.#state, 0, 1);
    }
  }
}

export const DEVICE_LOCK = new DeviceLock();
