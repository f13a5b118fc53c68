/**
 * Our engine beside PyTorch, transformers and TRL, and beside what the machine can do, in one run: `npm run bench`. Each workload is
 * repeated in alternation by our side and by its peer in each of its configurations, all warm, on the same model and number of threads; the fastest
 * configuration is the peer. With `--device gpu` it is a graphics device beside the processor. docs/how-to/benchmark.md says what is measured and how.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { formatProblem } from "../dist/cli/errors.js";
import { SelftrainError } from "../dist/errors.js";
import { compare, compareMatmul } from "./compare.mjs";
import { reportDevices } from "./devices/report.mjs";
import { mapValues, median, peakRssMiB } from "./measure.mjs";
import { parseOptions } from "./options.mjs";
import { findPython } from "./peers.mjs";
import { table } from "./report.mjs";
import { comparison, rounded, roundedAll } from "./results.mjs";
import { matmulFlops } from "./roofs/matmul.mjs";
import { alone, compared } from "./workloads/index.mjs";

const log = (text) => process.stderr.write(`${text}\n`);

/** The Python of the peers, or null with the reason said. */
function choosePython(options) {
  if (!options.peers || !options.only.some((name) => compared[name])) return null;
  const { python, reason } = findPython(options.python, log);
  if (python === null) log(`The peers cannot be installed here, so our side runs alone: ${reason}`);
  return python;
}

/** A folder for models, removed at the end, also when interrupted. */
function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  // A signal handler that exits is what makes "exit" fire.
  process.once("SIGINT", () => process.exit(130));
  return folder;
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  const [load] = loadavg();
  if (load > 0.5) {
    log(`This machine is busy (load ${load.toFixed(1)} on ${availableParallelism()} cores): expect noise.`);
  }
  const measure = options.device === "gpu" ? reportDevices : reportWorkloads;
  const { report, text } = await measure(options, log);
  console.log(options.json ? JSON.stringify(report) : text);
}

/** Every workload that was asked for, beside its peers. The report, and as text. */
async function reportWorkloads(options) {
  const python = choosePython(options);
  const context = { python, folder: temporaryFolder(), versions: {}, log };
  const results = {};
  let copyGBps = null;
  for (const name of options.only) {
    const workload = compared[name] ?? alone[name];
    const runs = options.runs ?? workload.runs;
    if (alone[name]) {
      results[name] = roundedAll(await workload.measure(runs, log, options));
      continue;
    }
    const times = await compare(name, workload, runs, context);
    results[name] = comparison(workload, times);
    if (times.rates.copy) copyGBps = rounded(median(times.rates.copy) / 1e9);
  }

  const gflops = (times) => Math.round(matmulFlops / median(times) / 1e9);
  const anyCompared = options.only.some((name) => compared[name]);
  const matmul = anyCompared ? await compareMatmul(options.runs ?? 5, context) : null;
  const report = {
    ...results,
    matmulGflops: matmul && gflops(matmul.ours),
    peerMatmulGflops: mapValues(matmul?.peers ?? {}, gflops),
    copyGBps,
    peakRssMiB: peakRssMiB(),
    versions: context.versions,
  };
  return { report, text: table(report) };
}

main().catch((error) => {
  log(error instanceof SelftrainError ? formatProblem(error) : `bench: ${error.message}`);
  // Not exitCode: an engine thread that is still open would keep the process alive.
  process.exit(1);
});
