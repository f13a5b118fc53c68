/** Logprobs of given completions by a sampler's weights, where the server scores them as a trainer does. */
import type { Datum } from "../../engine.js";
import { checkLogprobs, completionLogprobs } from "../training/check-logprobs.js";
import { wireDatum } from "../training/datum.js";
import { codecOf } from "../training/model.js";
import { start } from "../transport/futures.js";
import type { SamplingSession } from "./sample.js";

/** Our own server takes a sampling session in the place of a model, outside of the model's order. Throws as the transport does. */
export async function sessionLogprobs(
  { id, transport, profile }: SamplingSession,
  data: readonly Pick<Datum, "prompt" | "completion">[],
): Promise<Float32Array[]> {
  if (data.length === 0) return [];
  const codec = codecOf(profile.requests);
  const wire = data.map((datum) =>
    wireDatum(datum, { weights: new Array<number>(datum.completion.length).fill(1) }, profile.mask),
  );
  const request = {
    modelId: id,
    seqId: 0,
    data: wire,
    lossFn: "cross_entropy",
    lossConfig: {},
    forwardOnly: true,
  };
  const future = await start(
    transport,
    {
      path: codec.name === "json" ? "forward" : "forward_backward",
      body: codec.encodeRequest(request),
      contentType: codec.contentType,
      repeatable: true,
    },
    { accept: codec.contentType, decode: (body) => codec.decodeForwardBackward(body) },
  );
  const logprobs = completionLogprobs(await future.result(), data);
  checkLogprobs(logprobs, "forward, datum");
  return logprobs;
}
