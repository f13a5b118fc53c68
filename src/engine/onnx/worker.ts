/**
 * The thread that runs the model. ONNX Runtime blocks whoever calls it; here it blocks nobody but this thread, and
 * progress bars, metrics and Ctrl-C stay alive in the other. Calls are served one at a time, in order.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { TokenMeasure } from "../../group.js";
import type { LossSpec } from "../../loss/loss.js";
import type { AdamParams, Datum, SampleRequest, SamplingOptions } from "../engine.js";
import { OnnxCore, type OnnxEngineOptions, type SamplerTicket, type WhichPolicy } from "./core.js";
import { type Call, type Reply, toWire } from "./protocol.js";

const port = parentPort;
if (!port) throw new Error("this module is the entry of a worker thread");

let core: OnnxCore;

type OnProgress = (done: number, total: number) => void;

const methods: Readonly<Record<string, (args: readonly unknown[], onProgress: OnProgress) => unknown>> = {
  open: () => {
    core = new OnnxCore(workerData as OnnxEngineOptions);
    return core.capabilities;
  },
  sampler: ([which]) => core.sampler(which as WhichPolicy),
  updateCopy: ([name, retain]) => core.updateCopy(name as string, retain as number),
  sample: ([ticket, requests, options], onProgress) =>
    core.sample(core.redeem(ticket as SamplerTicket), requests as SampleRequest[], {
      ...(options as SamplingOptions),
      onProgress,
    }),
  logprobs: ([ticket, data]) => core.logprobs(core.redeem(ticket as SamplerTicket), data as Datum[]),
  scores: ([data]) => core.scores(data as Datum[]),
  measure: ([ticket, data, measure]) =>
    core.measure(core.redeem(ticket as SamplerTicket), data as Datum[], measure as TokenMeasure),
  forwardBackward: ([data, loss], onProgress) =>
    core.forwardBackward(data as Datum[], loss as LossSpec, onProgress),
  optimStep: ([adam]) => core.optimStep(adam as AdamParams),
  saveState: ([folder]) => core.saveState(folder as string),
  loadState: ([folder]) => {
    core.loadState(folder as string);
    return core.policyVersion;
  },
  exportWeights: ([folder]) => core.exportWeights(folder as string),
  close: () => core?.close(),
};

async function serve({ id, method, args }: Call): Promise<void> {
  const reply = (message: Reply) => port?.postMessage(message);
  try {
    const run = methods[method];
    if (!run) throw new Error(`the engine has no method ${method}`);
    const result = await run(args, (done, total) => reply({ id, kind: "progress", done, total }));
    reply({ id, kind: "result", result });
  } catch (error) {
    reply({ id, kind: "error", error: toWire(error) });
  }
  // Nothing more is served, and nothing keeps the thread alive.
  if (method === "close") port?.close();
}

let queue = Promise.resolve();
port.on("message", (call: Call) => {
  queue = queue.then(() => serve(call));
});
