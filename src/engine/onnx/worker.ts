/** The thread that holds the policy. */
import { workerData } from "node:worker_threads";
import type { LossSpec } from "../../core/loss/loss.js";
import type { TokenMeasure } from "../../group.js";
import type { AdamParams, Datum, SampleRequest, SamplingOptions } from "../engine.js";
import { DEVICE_LOCK } from "./c-api/device-lock.js";
import { OnnxCore, type SamplerTicket, type WhichPolicy } from "./core.js";
import type { ThreadOptions } from "./onnx-engine.js";
import { serve } from "./threads/serve.js";

let core: OnnxCore;
const { deviceLock, ...options } = workerData as ThreadOptions;
DEVICE_LOCK.join(deviceLock);

serve({
  open: () => {
    core = new OnnxCore(options);
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
});
