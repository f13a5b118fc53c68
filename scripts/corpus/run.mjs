/**
 * Makes the runs of the corpus, some 200 small ones: `npm run build && node scripts/corpus/run.mjs [--output runs/corpus] [--seeds 0]
 * [--split tuning,held-out] [--jobs N]`. The same command goes on where it was stopped.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machineLimits } from "../../dist/apps/jobs/limits.js";
import { runJobs } from "../../dist/apps/jobs/run-jobs.js";
import { corpusJobs, SPLITS } from "./jobs.mjs";

const { values } = parseArgs({
  options: {
    output: { type: "string", default: "runs/corpus" },
    seeds: { type: "string", default: "0" },
    split: { type: "string", default: SPLITS.join(",") },
    jobs: { type: "string" },
  },
});
const seeds = values.seeds.split(",").map(Number);
const jobs = values.split.split(",").flatMap((split) => corpusJobs(values.output, split, seeds));
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
const results = await runJobs(jobs, {
  folder: values.output,
  program: [process.execPath, fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))],
  limits: machineLimits({ jobs: values.jobs && Number(values.jobs) }),
  signal: stop.signal,
  observer: (event, { total, finished, failed, secondsLeft }) => {
    if (event.type !== "end") return;
    const { job, status, seconds, error } = event.result;
    const left = secondsLeft === null ? "" : `, ${Math.round(secondsLeft / 60)} min left`;
    console.log(
      `${status} ${job.name} in ${Math.round(seconds ?? 0)} s ${error?.code ?? ""} (${finished}/${total}, ${failed} failed${left})`,
    );
  },
});
process.exitCode = results.every(({ status }) => status === "finished") ? 0 : 1;
