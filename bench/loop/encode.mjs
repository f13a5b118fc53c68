/** A step's data as the requests of the Tinker protocol, in both wires: bytes and processor seconds of each; null where the engine is not there. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Those of the protocol: data and bytes of a request. */
const LIMITS = { data: 1024, bytes: 5_000_000 };

export async function encoded(data, folder) {
  if (!existsSync(join(folder, "wire/protobuf-codec.js"))) return null;
  const load = (file) => import(pathToFileURL(join(folder, file)).href);
  const { chunksOfData, wireDatum } = await load("training/datum.js");
  const codecs = [
    (await load("wire/protobuf-codec.js")).protobufCodec,
    (await load("wire/json-codec.js")).jsonCodec,
  ];
  const result = {};
  for (const codec of codecs) {
    const before = process.cpuUsage();
    let bytes = 0;
    let requests = 0;
    // A few hundred at a time, as they are sent: all of them in the protocol's form at once would be as large as the step.
    for (let start = 0; start < data.length; start += LIMITS.data) {
      const part = data
        .slice(start, start + LIMITS.data)
        .map((datum) => wireDatum(datum, { logprobs: datum.logprobs, advantages: datum.weights }, null));
      for (const chunk of chunksOfData(part, LIMITS)) {
        const request = {
          modelId: "m",
          seqId: requests + 1,
          data: chunk,
          lossFn: "importance_sampling",
          lossConfig: {},
          forwardOnly: false,
        };
        bytes += codec.encodeRequest(request).byteLength;
        requests++;
      }
    }
    const { user, system } = process.cpuUsage(before);
    result[codec.name] = { requests, MiB: bytes / 2 ** 20, cpu: (user + system) / 1e6 };
  }
  return result;
}
