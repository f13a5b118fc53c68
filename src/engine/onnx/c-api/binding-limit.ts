/**
 * The most bytes that a command may bind of one tensor. ONNX Runtime does not tell the limits of a device, but passes on why the device refuses
 * more: so far more is asked for.
 */
import { SelftrainError } from "../../../errors.js";
import { FATAL, openRuntime } from "./runtime.js";
import { addWebGpu, deviceError } from "./web-gpu.js";

/** A pebibyte. */
const TOO_MUCH = 2 ** 50;
const REFUSAL = /greater than the supported limit \((\d+)\)/;

/** To be asked before there is any session on the device, with the bytes of some model. Errors: `engine-device-missing`, `engine-runtime`. */
export function bindingLimit(model: Uint8Array): number {
  const runtime = openRuntime();
  const { functions, env } = runtime;
  const options = runtime.make((out) => functions.CreateSessionOptions(out));
  try {
    runtime.check(functions.SetSessionLogSeverityLevel(options, FATAL));
    addWebGpu(runtime, options, { maxStorageBufferBindingSize: String(TOO_MUCH) });
    runtime.make((out) => functions.CreateSessionFromArray(env, model, model.length, options, out));
    return TOO_MUCH;
  } catch (error) {
    const found = error instanceof SelftrainError ? REFUSAL.exec(String(error.found)) : null;
    if (found) return Number(found[1]);
    throw deviceError(error);
  } finally {
    functions.ReleaseSessionOptions(options);
  }
}
