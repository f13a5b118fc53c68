/**
 * The dashboard: `node bench/dashboard/main.mjs [--only server,page,training] [--steps 10000] [--rollouts 512] [--rounds 3] [--keep FOLDER]`.
 *
 * - server: a long run, made by SQL, is opened by `selftrain serve` as a user opens it, and asked over HTTP
 * - page: a chart in Chromium, and the page of that run while lines come
 * - training: the same training alone, with `--serve` and a client, and with a browser, in alternation
 *
 * With `--keep` the run stays in that folder and is taken from there the next time. Figures go to stdout as JSON, with the load of the machine: on a
 * busy one times by the clock say little, and those of the processor more.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findChromium } from "../../dist/apps/report/chromium.js";
import { roundedAll } from "../results.mjs";
import { measureBeside } from "./beside.mjs";
import { measureChart, measurePage, openBrowser } from "./browser.mjs";
import { makeRun } from "./make-run.mjs";
import { measureRequests } from "./requests.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "server,page,training" },
    steps: { type: "string", default: "10000" },
    rollouts: { type: "string", default: "512" },
    rounds: { type: "string", default: "3" },
    keep: { type: "string" },
  },
});
const [steps, rollouts, rounds] = [values.steps, values.rollouts, values.rounds].map(Number);
const log = (text) => process.stderr.write(`${text}\n`);
const ID = "long";
const parts = new Set(values.only.split(","));

const folder =
  values.keep === undefined ? mkdtempSync(join(tmpdir(), "selftrain-dashboard-")) : resolve(values.keep);
process.once("exit", () => {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
});
process.once("SIGINT", () => process.exit(130));

const run = join(folder, ID);
if ((parts.has("server") || parts.has("page")) && !existsSync(join(run, "run.json"))) {
  log(`making ${steps} steps of ${rollouts} rollouts`);
  await makeRun(run, { steps, rollouts }, (step) => log(`  step ${step}`));
}
const report = { steps, rollouts, load: loadavg()[0] };
/** A part, and its figures at once, as the next one may take long. */
async function measured(name, work) {
  log(name);
  report[name] = await work();
  log(JSON.stringify(roundedAll(report[name])));
}
const browser = findChromium() === undefined || values.only === "server" ? null : await openBrowser();
if (browser === null) log("without a browser");
if (parts.has("server")) await measured("server", () => measureRequests(folder, ID, steps, log));
if (browser && parts.has("page")) {
  await measured("chart", () => measureChart(browser));
  await measured("page", () => measurePage(browser, run, steps));
}
if (parts.has("training")) await measured("training", () => measureBeside(rounds, browser, log));
await browser?.close();
console.log(JSON.stringify(roundedAll(report), null, 2));
