/** JSON as one growing buffer of bytes: long lists of numbers go into it without a text in between. */
import { LONGEST, putFloats, putIntegers } from "./json-numbers.js";

export class JsonWriter {
  #buffer = Buffer.allocUnsafeSlow(2 ** 16);
  #size = 0;

  /** Room for so many further bytes. */
  #reserve(bytes: number): void {
    const needed = this.#size + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = larger;
  }

  /** A piece of JSON as it is. */
  text(json: string): this {
    this.#reserve(3 * json.length);
    this.#size += this.#buffer.write(json, this.#size);
    return this;
  }

  value(value: unknown): this {
    return this.text(JSON.stringify(value));
  }

  integers(values: readonly number[]): this {
    this.#reserve(values.length * LONGEST + 2);
    this.#size = putIntegers(this.#buffer, this.#size, values);
    return this;
  }

  /** What is not finite becomes null. */
  floats(values: Float32Array): this {
    this.#reserve(values.length * LONGEST + 2);
    this.#size = putFloats(this.#buffer, this.#size, values);
    return this;
  }

  /** A list; `write` writes one of it. */
  list<T>(values: readonly T[], write: (value: T) => void): this {
    this.text("[");
    for (const [i, value] of values.entries()) {
      if (i > 0) this.text(",");
      write(value);
    }
    return this.text("]");
  }

  /** An object; `write` writes a value of it. */
  object<T>(values: Readonly<Record<string, T>>, write: (value: T) => void): this {
    this.text("{");
    for (const [i, [key, value]] of Object.entries(values).entries()) {
      this.text(`${i > 0 ? "," : ""}${JSON.stringify(key)}:`);
      write(value);
    }
    return this.text("}");
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }
}
