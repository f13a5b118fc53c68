/** Where weights are put: whoever computes on them in several threads has them in memory that these share. */

/** An array of that many zeros. */
export type Allocate = (length: number) => Float32Array;

/** Memory of this thread alone. */
export const ownMemory: Allocate = (length) => new Float32Array(length);

export function copyInto(allocate: Allocate, array: Float32Array): Float32Array {
  const copy = allocate(array.length);
  copy.set(array);
  return copy;
}
