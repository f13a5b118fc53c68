/** A thread that says what flags it runs under. */
import v8 from "node:v8";
import { serve } from "../../../dist/engine/onnx/threads/serve.js";

serve({
  flags: () => ({
    flags: process.execArgv,
    preloaded: globalThis.preloaded === true,
    heapMiB: v8.getHeapStatistics().heap_size_limit / 2 ** 20,
  }),
  close: () => {},
});
