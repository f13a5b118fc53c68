/**
 * A worker thread that answers calls, as it sees itself. ONNX Runtime blocks whoever calls it; here it blocks nobody but this
 * thread, and progress bars, metrics and Ctrl-C stay alive in the owner's.
 */
import { parentPort } from "node:worker_threads";
import { type Call, type Reply, toWire } from "./protocol.js";

export type Methods = Readonly<
  Record<string, (args: readonly unknown[], onProgress: (done: number, total: number) => void) => unknown>
>;

/** Serves calls one at a time, in order, but the `urgent` at once, beside what is under way. After `close` nothing keeps the thread alive. */
export function serve(methods: Methods & { readonly close: () => unknown }, urgent: Methods = {}): void {
  const port = parentPort;
  if (!port) throw new Error("this module is the entry of a worker thread");
  const reply = (message: Reply) => port.postMessage(message);

  async function answer({ id, method, args }: Call): Promise<void> {
    try {
      const run = urgent[method] ?? methods[method];
      if (!run) throw new Error(`the thread has no method ${method}`);
      const result = await run(args, (done, total) => reply({ id, kind: "progress", done, total }));
      reply({ id, kind: "result", result });
    } catch (error) {
      reply({ id, kind: "error", error: toWire(error) });
    }
    if (method === "close") port?.close();
  }

  let queue = Promise.resolve();
  port.on("message", (call: Call) => {
    if (Object.hasOwn(urgent, call.method)) void answer(call);
    else queue = queue.then(() => answer(call));
  });
}
