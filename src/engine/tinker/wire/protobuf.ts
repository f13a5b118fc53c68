/** Protocol Buffers' wire format (proto3): varints, doubles and lengths. What is written is read by any implementation of it. */
import { malformed } from "./tensor.js";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Bytes of the longest varint. */
const LONGEST = 10;

const SMALLEST = 256;

/** One growing buffer: a nested message is written in its place, and moved by the bytes of its length. */
export class ProtoWriter {
  #buffer: Uint8Array;
  #size = 0;

  /** `bytes` are about how many there will be: with enough of them nothing is copied. */
  constructor(bytes = SMALLEST) {
    this.#buffer = new Uint8Array(bytes);
  }

  /** Where so many further bytes may be written. */
  #grow(bytes: number): number {
    const at = this.#size;
    this.#size += bytes;
    if (this.#size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#size, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, at));
      this.#buffer = larger;
    }
    return at;
  }

  #varint(value: number): void {
    const length = varintLength(value);
    this.#put(this.#grow(length), value, length);
  }

  #put(at: number, value: number, length: number): void {
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (let i = 0; i < length; i++, rest >>= 7n)
        this.#buffer[at + i] = Number(rest & 127n) | (i + 1 < length ? 128 : 0);
      return;
    }
    let rest = value;
    for (let i = 0; i < length; i++, rest = Math.floor(rest / 128))
      this.#buffer[at + i] = (rest % 128) | (i + 1 < length ? 128 : 0);
  }

  /** Fields that are 0, false or empty are left out, as proto3 has it. */
  int(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  packedInts(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    this.#varint(field * 8 + BYTES);
    this.#varint(values.reduce((sum, value) => sum + varintLength(value), 0));
    for (const value of values) this.#varint(value);
    return this;
  }

  double(field: number, value: number): this {
    if (Object.is(value, 0)) return this;
    this.#varint(field * 8 + FIXED64);
    const at = this.#grow(8);
    new DataView(this.#buffer.buffer).setFloat64(at, value, true);
    return this;
  }

  /** Written though empty: a message that is there, and a member of a oneof, are. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + BYTES);
    this.#varint(value.length);
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  text(field: number, value: string): this {
    return value === "" ? this : this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, write: (message: ProtoWriter) => void): this {
    this.#varint(field * 8 + BYTES);
    const start = this.#size;
    write(this);
    const end = this.#size;
    const length = varintLength(end - start);
    this.#grow(length);
    this.#buffer.copyWithin(start + length, start, end);
    this.#put(start, end - start, length);
    return this;
  }

  /** A map's entries are messages {1 key, 2 value}. */
  entry(field: number, key: string, write: (value: ProtoWriter) => void): this {
    return this.message(field, (entry) => {
      entry.text(1, key);
      write(entry);
    });
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }
}

/** Bytes of a varint. Negative numbers are 64 bits long. */
function varintLength(value: number): number {
  if (value < 0) return 10;
  let length = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** A field as it stands in the bytes. */
export interface ProtoField {
  readonly number: number;
  /** A varint, or a double; of other kinds 0. */
  readonly value: number;
  /** Of a length-delimited field; of others empty. */
  readonly bytes: Uint8Array;
}

/** The fields of a message in their order. Throws `tinker-message-malformed` where the bytes are cut off, or no message. */
export function protoFields(message: Uint8Array): ProtoField[] {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const fields: ProtoField[] = [];
  let at = 0;
  const need = (bytes: number): number => {
    if (at + bytes > message.length)
      throw malformed("a protobuf message is cut off", `${message.length} bytes`);
    const here = at;
    at += bytes;
    return here;
  };
  const varint = (): number => {
    const { value, end } = varintAt(message, at);
    at = end;
    return value;
  };
  const none = new Uint8Array(0);
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        fields.push({ number, value: varint(), bytes: none });
        break;
      case FIXED64:
        fields.push({ number, value: view.getFloat64(need(8), true), bytes: none });
        break;
      case FIXED32:
        fields.push({ number, value: view.getFloat32(need(4), true), bytes: none });
        break;
      case BYTES: {
        const length = varint();
        if (length < 0) throw malformed("a protobuf length is negative", length);
        const start = need(length);
        fields.push({ number, value: 0, bytes: message.subarray(start, start + length) });
        break;
      }
      default:
        throw malformed("a protobuf field has no known wire type", tag % 8);
    }
  }
  return fields;
}

/** A varint as a signed number of 64 bits, and where it ends. Throws `tinker-message-malformed` where it is cut off, or has no end. */
function varintAt(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  let at = start;
  for (; at - start < LONGEST; at++, scale *= 128) {
    if (at >= bytes.length) throw malformed("a protobuf message is cut off", `${bytes.length} bytes`);
    const byte = bytes[at]!;
    value += (byte & 127) * scale;
    if (byte < 128) {
      // Below 2^53 the sum is exact; above, 64 bits hold the number's sign.
      if (value > Number.MAX_SAFE_INTEGER) value = signed(bytes.subarray(start, at + 1));
      return { value, end: at + 1 };
    }
  }
  throw malformed("a protobuf varint has no end");
}

function signed(varint: Uint8Array): number {
  const all = varint.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n);
  return Number(BigInt.asIntN(64, all));
}

/** Integers of a repeated field, packed or not. */
export function repeatedInts(fields: readonly ProtoField[], number: number): number[] {
  return fields
    .filter((field) => field.number === number)
    .flatMap(({ value, bytes }) => {
      if (bytes.length === 0) return [value];
      const values: number[] = [];
      let at = 0;
      while (at < bytes.length) {
        const next = varintAt(bytes, at);
        values.push(next.value);
        at = next.end;
      }
      return values;
    });
}

export const textOf = (bytes: Uint8Array): string => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
