/** Memory that the graphics device has refused. */
import koffi from "koffi";
import { openLibrary } from "../../src/engine/onnx/c-api/library.js";
import { handles, openRuntime } from "../../src/engine/onnx/c-api/runtime.js";
import { createDims } from "../../src/engine/onnx/c-api/value.js";
import { DeviceTensor, type Gpu } from "../../src/engine/onnx/device/gpu.js";

/** float32: 4 TiB, which no device has. WebGPU hands out a buffer for them all the same, an invalid one. */
const TOO_MANY = 2 ** 40;
/** GetTensorMutableData's place in the table of ONNX Runtime's functions, and the version of the table. */
const [PLACE, VERSION] = [51, 28];

/**
 * A tensor as small as `dims` over such a buffer. One of the buffer's own size would be refused by its size before it is bound; what runs
 * out of memory in earnest is of any size.
 */
export function refusedTensor(gpu: Gpu, dims: readonly number[]): DeviceTensor {
  const runtime = openRuntime();
  const { functions, held } = runtime;
  const [getApi] = koffi.decode(openLibrary().base, "void *", 2) as [bigint];
  const table = koffi.decode(getApi, koffi.proto("void *", ["uint32_t"]))(VERSION) as bigint;
  const dataOf = koffi.decode(
    koffi.decode(table, PLACE * koffi.sizeof("void *"), "void *"),
    koffi.proto("void *", ["void *", "void *"]),
  ) as (value: bigint, out: BigUint64Array) => bigint | null;
  const buffer = handles(1);
  runtime.check(dataOf(gpu.tensor([TOO_MANY]).handle, buffer));
  const place = runtime.make((out) => functions.CreateMemoryInfo("WebGPU_Buf", 0, 0, 0, out));
  const bytes = dims.reduce((product, length) => product * length, Float32Array.BYTES_PER_ELEMENT);
  const handle = runtime.make((out) =>
    functions.CreateTensorWithDataAsOrtValue(place, buffer[0]!, bytes, createDims(dims), dims.length, 1, out),
  );
  held.values++;
  return new DeviceTensor(dims, handle);
}
