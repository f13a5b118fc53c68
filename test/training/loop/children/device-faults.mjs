/**
 * Loaded with `node --import` into a process and its worker threads: from the first checkpoint after the start of the run FAULT_ROOT on, every
 * run of ONNX Runtime fails with the message of FAULT, as on a device that is gone.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import koffi from "koffi";
import { openLibrary } from "../../../../dist/engine/onnx/c-api/library.js";
import { openRuntime } from "../../../../dist/engine/onnx/c-api/runtime.js";

const { message, step } = JSON.parse(process.env.FAULT);
const begun = join(process.env.FAULT_ROOT, "checkpoints", `step-${String(step).padStart(6, "0")}`);

if (!isMainThread) {
  const { functions } = openRuntime();
  const { Run } = functions;
  functions.Run = (...args) => (existsSync(begun) ? failure(message) : Run(...args));
}

/** An OrtStatus with this message: CreateStatus is the first of the table, and ORT_FAIL is 1. */
function failure(text) {
  const [getApi] = koffi.decode(openLibrary().base, "void *", 2);
  const table = koffi.decode(getApi, koffi.proto("void *", ["uint32_t"]))(28);
  const create = koffi.decode(koffi.decode(table, "void *"), koffi.proto("void *", ["int", "str"]));
  return create(1, text);
}
