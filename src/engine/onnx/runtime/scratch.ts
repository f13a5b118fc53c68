/** Working memory that is taken once at its largest and used again: fresh arrays would be paged in anew by every run. */

export class Scratch {
  readonly #buffers = new Map<string, Float32Array>();

  /** An array of this length under this name, which holds whatever it held; good until the name is taken again. */
  take(name: string, length: number): Float32Array {
    let buffer = this.#buffers.get(name);
    if (!buffer || buffer.length < length) {
      buffer = new Float32Array(length);
      this.#buffers.set(name, buffer);
    }
    return buffer.subarray(0, length);
  }
}
