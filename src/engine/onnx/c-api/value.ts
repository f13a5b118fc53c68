/** An array as a value of ONNX Runtime, which reads and writes it where it lies. */
import koffi from "koffi";
import { openRuntime } from "./runtime.js";

/** The most dimensions that a tensor has. */
export const MOST_DIMS = 8;

const dimsOut = new BigInt64Array(MOST_DIMS);

/** Where the elements of an array lie. */
export const addressOf = (array: NodeJS.TypedArray): bigint => koffi.address(array);

/** Dimensions as the library reads them; good until the next. */
export function createDims(dims: readonly number[]): BigInt64Array {
  for (let i = 0; i < dims.length; i++) dimsOut[i] = BigInt(dims[i] as number);
  return dimsOut;
}

/**
 * The handle of a value over so many bytes, which must live as long and be as many as the dimensions say: whoever calls has seen to both.
 * `type` is an ONNXTensorElementDataType. Errors: `engine-runtime`.
 */
export function createValue(address: bigint, bytes: number, type: number, dims: readonly number[]): bigint {
  const runtime = openRuntime();
  const handle = runtime.make((out) =>
    runtime.functions.CreateTensorWithDataAsOrtValue(
      runtime.memory,
      address,
      bytes,
      createDims(dims),
      dims.length,
      type,
      out,
    ),
  );
  runtime.held.values++;
  return handle;
}

export function releaseValue(handle: bigint): void {
  const runtime = openRuntime();
  runtime.functions.ReleaseValue(handle);
  runtime.held.values--;
}
