/**
 * Memory that several threads compute on at once. ONNX Runtime's Node binding reads ordinary arrays and refuses those over a
 * SharedArrayBuffer; so each thread lays an ordinary one over the same bytes.
 */
import koffi from "koffi";

/** By ordinary buffer, the shared one under it: the bytes are there as long as anybody holds either. */
const under = new WeakMap<ArrayBufferLike, SharedArrayBuffer>();

/** An array of zeros in new shared memory. */
export const sharedFloats = (length: number): Float32Array =>
  floatsIn(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));

/** This thread's array over memory that another thread has sent. */
export function floatsIn(memory: SharedArrayBuffer): Float32Array {
  const address = koffi.address(new Uint8Array(memory));
  const buffer = koffi.view(address, memory.byteLength);
  under.set(buffer, memory);
  return new Float32Array(buffer);
}

/** What another thread is sent to have the same array. */
export function memoryOf(array: Float32Array): SharedArrayBuffer {
  const memory = under.get(array.buffer);
  if (!memory) throw new Error("this array is of one thread alone");
  return memory;
}
