/**
 * A worker thread that answers calls, as it sees itself. ONNX Runtime blocks whoever calls it; here it blocks nobody but this
 * thread, and progress bars, metrics and Ctrl-C stay alive in the owner's.
 */
import { parentPort } from "node:worker_threads";
import { type Call, type Reply, toWire } from "./protocol.js";

/** Milliseconds between reports of progress: a bar needs no more, and whoever receives them has other work. */
const REPORT_EVERY = 50;

export type Methods = Readonly<
  Record<string, (args: readonly unknown[], onProgress: (done: number, total: number) => void) => unknown>
>;

/** Serves calls one at a time, in order. After `close` nothing keeps the thread alive. */
export function serve(methods: Methods & { readonly close: () => unknown }): void {
  const port = parentPort;
  if (!port) throw new Error("this module is the entry of a worker thread");
  const reply = (message: Reply) => port.postMessage(message);

  async function answer({ id, method, args }: Call): Promise<void> {
    try {
      const run = methods[method];
      if (!run) throw new Error(`the thread has no method ${method}`);
      const progress = seldom((done, total) => reply({ id, kind: "progress", done, total }));
      const result = await run(args, progress.report);
      progress.end();
      reply({ id, kind: "result", result });
    } catch (error) {
      reply({ id, kind: "error", error: toWire(error) });
    }
    if (method === "close") port?.close();
  }

  let queue = Promise.resolve();
  port.on("message", (call: Call) => {
    queue = queue.then(() => answer(call));
  });
}

/** Passes the first report on, then the latest every so often, and at the end the last. */
function seldom(pass: (done: number, total: number) => void) {
  let due = 0;
  let held: readonly [number, number] | null = null;
  return {
    report: (done: number, total: number) => {
      const now = performance.now();
      if (now < due) {
        held = [done, total];
        return;
      }
      due = now + REPORT_EVERY;
      held = null;
      pass(done, total);
    },
    end: () => {
      if (held) pass(...held);
    },
  };
}
