/** Programs as the engine keeps them: by name, compiled when first asked for, on one thread. */

import { compile } from "../../src/engine/onnx/runtime/program.js";
import type { Programs } from "../../src/engine/onnx/training/passes.js";
import { DEVICE } from "./on-device.js";

export function compiling(): Programs {
  const known = new Map<string, ReturnType<Programs>>();
  return (name, build) => {
    const program = known.get(name) ?? compile(build(), 1, DEVICE);
    known.set(name, program);
    return program;
  };
}
