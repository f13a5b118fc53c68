/** Arrays of numbers as little-endian bytes, as the protocol's protobuf messages hold them. */
import { malformed } from "./tensor.js";

/** A buffer of its own, so that typed arrays over it are aligned. */
function aligned(bytes: Uint8Array, width: number): ArrayBuffer {
  if (bytes.length % width !== 0)
    throw malformed("an array of numbers is cut off", `${bytes.length} bytes`, `a multiple of ${width}`);
  return new Uint8Array(bytes).buffer;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const floatsAsBytes = (values: Float32Array): Uint8Array => bytesOf(values);
export const int32AsBytes = (values: readonly number[]): Uint8Array => bytesOf(new Int32Array(values));
/** A whole number within 2^53 as its two halves: an assignment to the lower keeps the lowest 32 bits. */
export function int64AsBytes(values: readonly number[]): Uint8Array {
  const halves = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    halves[2 * i] = value;
    halves[2 * i + 1] = Math.floor(value / 2 ** 32);
  }
  return bytesOf(halves);
}

export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(aligned(bytes, 4));
export const int32Of = (bytes: Uint8Array): number[] => Array.from(new Int32Array(aligned(bytes, 4)));
export function int64Of(bytes: Uint8Array): number[] {
  const buffer = aligned(bytes, 8);
  const lower = new Uint32Array(buffer);
  const upper = new Int32Array(buffer);
  return Array.from({ length: bytes.length / 8 }, (_, i) => upper[2 * i + 1]! * 2 ** 32 + lower[2 * i]!);
}
/** Brain floats are the upper halves of float32. */
export const bfloat16Of = (bytes: Uint8Array): Float32Array => {
  const halves = new Uint16Array(aligned(bytes, 2));
  return new Float32Array(Uint32Array.from(halves, (half) => half * 65536).buffer);
};
