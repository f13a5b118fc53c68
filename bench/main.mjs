/**
 * Our engine beside PyTorch, transformers and TRL, on this machine, in one run: `npm run bench`. Each workload is
 * repeated by both sides in alternation, both warm, on the same model and number of threads. docs/performance.md
 * says what is measured and how.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { OnnxEngine } from "selftrain";
import { matmulFlops, openMatmul } from "./matmul.mjs";
import { alternate } from "./measure.mjs";
import { parseOptions } from "./options.mjs";
import { ours } from "./ours.mjs";
import { PeerProcess } from "./peer-process.mjs";
import { findPython } from "./peers.mjs";
import { comparison, table } from "./report.mjs";
import { tokensPerRun, workload } from "./workload.mjs";

const log = (text) => process.stderr.write(`${text}\n`);

/** Runs one workload on both sides: the medians of their seconds. A peer that fails leaves our side alone. */
async function compare(name, ourRun, { runs, python, modelFolder, versions }) {
  log(`${name}: warming up`);
  const peer = python && (await startPeer(name, python, modelFolder));
  try {
    for (let i = 0; i < workload.warmup; i++) await ourRun();
    log(`${name}: ${runs} runs${peer ? " a side" : ""}`);
    const result = await alternate(runs, ourRun, peer);
    Object.assign(versions, peer?.versions);
    return result;
  } finally {
    peer?.close();
  }
}

async function startPeer(name, python, modelFolder) {
  try {
    return await PeerProcess.start(python, name, workload, modelFolder);
  } catch (error) {
    log(`${name}: no peer, our side alone. ${error.message}`);
    return null;
  }
}

/** The Python of the peers, or null with the reason said. */
function choosePython(options) {
  if (!options.peers) return null;
  const { python, reason } = findPython(options.python, log);
  if (python === null) log(`The peers cannot be installed here, so our side runs alone: ${reason}`);
  return python;
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  const [load] = loadavg();
  if (load > 0.5) {
    log(`This machine is busy (load ${load.toFixed(1)} on ${availableParallelism()} cores): expect noise.`);
  }
  const python = choosePython(options);
  const modelFolder = mkdtempSync(join(tmpdir(), "selftrain-bench-"));
  // Also when interrupted: a signal handler that exits is what makes "exit" fire.
  process.once("exit", () => rmSync(modelFolder, { recursive: true, force: true }));
  process.once("SIGINT", () => process.exit(130));
  const context = { runs: options.runs, python, modelFolder, versions: {} };
  const result = {};
  const engine = await OnnxEngine.create({
    model: { config: workload.model, seed: workload.seed },
    threads: workload.threads,
  });
  await engine.exportWeights(modelFolder);
  for (const name of options.only) {
    const seconds = await compare(name, ours[name](engine), context);
    const score = (s) => (s === null || name === "step" ? s : tokensPerRun[name] / s);
    result[name] = comparison(name, score(seconds.ours), score(seconds.peer));
  }
  await engine.close();
  // The high-water mark of this process: engine thread, both programs' buffers and this script.
  const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);

  const matmul = await openMatmul();
  const seconds = await compare("matmul", matmul.run, context);
  await matmul.close();
  const gflops = (s) => (s === null ? null : Math.round(matmulFlops / s / 1e9));
  const report = {
    ...result,
    matmulGflops: gflops(seconds.ours),
    peerMatmulGflops: gflops(seconds.peer),
    peakRssMiB,
    versions: context.versions,
  };
  console.log(options.json ? JSON.stringify(report) : table(report));
}

main().catch((error) => {
  log(`bench: ${error.message}`);
  // Not exitCode: an engine thread that is still open would keep the process alive.
  process.exit(1);
});
