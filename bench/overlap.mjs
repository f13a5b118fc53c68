/**
 * What sampling a step while the one before it trains (`engine.overlap`) saves on a server that is far away: self-training over HTTP against
 * `selftrain engine serve` in a second process, through a connection with latency, without and with overlap in alternation. Prints JSON:
 * seconds a step of each run, and for each latency the ratios of the pairs, without over with, and their median; on stderr a line as each is done.
 *
 *   npm run build && node bench/overlap.mjs --latency 0,50,200 --pairs 5
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { train, trainConfigSchema } from "selftrain";
import { drawnRewards, untrainedBase } from "./loop/base.mjs";
import { startServer } from "./loop/server.mjs";
import { median } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    latency: { type: "string", default: "0,50,200" },
    pairs: { type: "string", default: "5" },
    steps: { type: "string", default: "9" },
    prompts: { type: "string", default: "16" },
    samples: { type: "string", default: "16" },
    tokens: { type: "string", default: "64" },
    width: { type: "string", default: "128" },
    layers: { type: "string", default: "2" },
    wire: { type: "string", default: "protobuf" },
  },
});
/** Whole numbers of these options, at least `least`. */
function numbers(name, least) {
  const found = values[name].split(",").map(Number);
  if (found.every((value) => Number.isInteger(value) && value >= least)) return found;
  console.error(`--${name} ${values[name]}: expected whole numbers from ${least} on`);
  process.exit(2);
}
const latencies = numbers("latency", 0);
const [pairs, steps, prompts, samples, tokens, width, layers] = [
  ["pairs", 1],
  // The first is left out, and one is sampled before another.
  ["steps", 3],
  ["prompts", 1],
  ["samples", 2],
  ["tokens", 1],
  ["width", 8],
  ["layers", 1],
].map(([name, least]) => numbers(name, least)[0]);
const folder = mkdtempSync(join(tmpdir(), "selftrain-bench-overlap-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** `{url, stop}` of a way to the server that takes so many milliseconds there and back. */
async function wayTo(url, latency) {
  const proxy = new URL("loop/delay.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [proxy, new URL(url).port, String(latency)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  return { url: `http://127.0.0.1:${Number(port)}`, stop: () => child.kill() };
}

let runs = 0;
/** Median of a step's seconds. The first is left out: nothing was sampled before it. */
async function secondsOfStep(base, url, overlap) {
  const seconds = [];
  let last = 0;
  const config = trainConfigSchema.parse({
    ...drawnRewards(base, join(folder, `run-${runs++}`)),
    promptsPerStep: prompts,
    samplesPerPrompt: samples,
    maxNewTokens: tokens,
    steps,
    // Across a checkpoint nothing is sampled ahead.
    checkpointEvery: steps,
    engine: { kind: "tinker", url, baseModel: "base", wire: values.wire, overlap },
  });
  await train(config, {
    observer: ({ type, record }) => {
      if (type !== "record" || record.kind !== "step") return;
      const now = performance.now() / 1000;
      if (last > 0) seconds.push(now - last);
      last = now;
    },
  });
  return median(seconds);
}

const shape = { hiddenSize: width, layers, heads: 4, feedForward: 4 * width, contextLength: 32 + tokens };
const base = await untrainedBase(folder, shape);
const server = await startServer(base.model, join(folder, "storage"), 1);
const results = [];
try {
  for (const latency of latencies) {
    const way = await wayTo(server.url, latency);
    const off = [];
    const on = [];
    // One of each beforehand: what is compiled once is compiled then.
    for (let pair = -1; pair < pairs; pair++) {
      const times = [await secondsOfStep(base, way.url, false), await secondsOfStep(base, way.url, true)];
      if (pair >= 0) {
        off.push(times[0]);
        on.push(times[1]);
      }
    }
    way.stop();
    const ratios = off.map((seconds, i) => seconds / on[i]);
    results.push({ latency, off, on, ratios, median: median(ratios) });
    process.stderr.write(`${latency} ms: ${median(ratios).toPrecision(4)}\n`);
  }
} finally {
  await server.stop();
}
const rounded = (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
console.log(JSON.stringify({ rollouts: prompts * samples, tokens, load: loadavg(), results }, rounded, 2));
