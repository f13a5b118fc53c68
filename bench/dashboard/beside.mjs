/**
 * What the dashboard takes of a training: the same training alone, with `--serve` and a client that reads the stream of its events, and with a
 * browser that shows its charts, in alternation.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pretrain, pretrainConfigSchema } from "selftrain";
import { routes } from "../../dist/apps/dashboard/api/index.js";
import { readMetrics } from "../../dist/run/metrics-log.js";
import { median } from "../measure.mjs";
import { PROGRAM } from "./server.mjs";

const STEPS = 30;
/** Steps that are not counted: programs are compiled, and the server starts. */
const WARMUP = 8;
const THREADS = 2;
const common = { prompts: { task: "chain-sums", levels: { 4: 1 } }, seed: 1, engine: { threads: THREADS } };
const ID = "run";

/** Seconds of steps, alone, with a client and, where there is a browser, with that. */
export async function measureBeside(rounds, browser, log) {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-beside-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  log("a base model");
  const base = join(folder, "base");
  const model = { hiddenSize: 128, layers: 4, heads: 4, feedForward: 384, contextLength: 128 };
  await pretrain(
    pretrainConfigSchema.parse({
      ...common,
      output: base,
      steps: 60,
      batchSize: 64,
      model,
      evaluation: { size: 8, samples: 2 },
    }),
  );
  const watchers = {
    alone: null,
    client: follow,
    ...(browser ? { browser: (url) => watch(browser, url) } : {}),
  };
  const times = Object.fromEntries(Object.keys(watchers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, watcher] of Object.entries(watchers)) {
      log(`training, ${name}, ${round + 1} of ${rounds}`);
      const output = join(folder, `${name}-${round}`, ID);
      times[name].push(await trained(base, output, watcher));
    }
  const seconds = Object.fromEntries(Object.entries(times).map(([name, own]) => [name, median(own)]));
  const slower = (name) => median(times[name].map((own, i) => own / times.alone[i] - 1));
  return {
    steps: STEPS - WARMUP,
    rounds,
    secondsPerStep: seconds,
    clientSlows: slower("client"),
    browserSlows: browser ? slower("browser") : null,
  };
}

/** Mean seconds of the steps that count. */
async function trained(base, output, watcher) {
  const config = `${output.replaceAll("/", "-")}.json`.slice(1);
  const path = join(base, "..", config);
  writeFileSync(
    path,
    JSON.stringify({
      ...common,
      model: base,
      output,
      steps: STEPS,
      promptsPerStep: 16,
      samplesPerPrompt: 16,
      maxNewTokens: 56,
      evaluation: { size: 0 },
    }),
  );
  const args = [PROGRAM, "train", "--config", path, ...(watcher ? ["--serve"] : [])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let end = async () => {};
  const lines = createInterface({ input: child.stderr });
  lines.on("line", (line) => {
    const url = /the dashboard is at (\S+)/.exec(line)?.[1];
    if (url !== undefined) end = watcher(url);
  });
  const code = await new Promise((done) => child.once("exit", done));
  if (code !== 0) throw new Error(`the training ended with ${code}`);
  await end();
  const own = readMetrics(join(output, "metrics.jsonl")).filter(
    ({ kind, step }) => kind === "step" && step > WARMUP,
  );
  return own.reduce((sum, { time }) => sum + time.seconds, 0) / own.length;
}

/** A client that is no browser: it reads all that the stream says. */
function follow(url) {
  const ending = new AbortController();
  const read = async () => {
    const response = await fetch(new URL(routes.stream(ID), url), { signal: ending.signal });
    for await (const _ of response.body);
  };
  const done = read().catch(() => {});
  return async () => {
    ending.abort();
    await done;
  };
}

function watch(browser, url) {
  const opened = browser.newPage({ viewport: { width: 1280, height: 900 } }).then(async (page) => {
    await page.goto(`${url}?run=${ID}`);
    return page;
  });
  return async () => (await opened).close();
}
