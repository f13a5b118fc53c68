/**
 * The demo over several seeds, as a Markdown table for docs/experiments.md:
 *
 *   npm run build && node scripts/experiments/demo-seeds.mjs [--output runs/seeds] [--seeds 0,1,2]
 *
 * Interrupted, the same command goes on from there; finished seeds are read, not run again.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { output: { type: "string", default: "runs/seeds" }, seeds: { type: "string", default: "0,1,2" } },
});
const seeds = values.seeds.split(",").map(Number);
const cli = new URL("../../dist/cli/main.js", import.meta.url).pathname;

const results = seeds.map((seed) => {
  const folder = join(values.output, `seed-${seed}`);
  const kept = join(folder, "result.json");
  if (!existsSync(kept)) {
    const { status, stdout } = spawnSync(
      process.execPath,
      [cli, "demo", "--output", folder, "--seed", String(seed), "--json"],
      {
        stdio: ["ignore", "pipe", "inherit"],
        encoding: "utf8",
      },
    );
    if (status !== 0) process.exit(status ?? 1);
    writeFileSync(kept, stdout);
  }
  return { seed, ...JSON.parse(readFileSync(kept, "utf8")) };
});

const percent = (x) => (100 * x).toFixed(1);
const interval = ([low, high]) => `[${percent(low)}, ${percent(high)}]`;

console.log("| seed | arm | mean@16 [95% CI] | maj@16 [95% CI] | greedy |\n|---|---|---|---|---|");
for (const { seed, arms } of results) {
  for (const [arm, r] of Object.entries(arms)) {
    console.log(
      `| ${seed} | ${arm} | ${percent(r.mean)} ${interval(r.meanCi)} | ${percent(r.maj)} ${interval(r.majCi)} | ${percent(r.greedy)} |`,
    );
  }
}
console.log(
  "\n| seed | two ways | mean@16 [95% CI] | maj@16 [95% CI] | greedy [95% CI] | worked out |\n|---|---|---|---|---|---|",
);
for (const { seed, twoWays } of results) {
  for (const [arm, step] of [
    ["base", "first"],
    ["srt", "last"],
  ]) {
    const r = twoWays[arm];
    console.log(
      `| ${seed} | ${arm} | ${percent(r.mean)} ${interval(r.meanCi)} | ${percent(r.maj)} ${interval(r.majCi)} | ${percent(r.greedy)} ${interval(r.greedyCi)} | ${percent(twoWays.ways[step].workedOutShare)} |`,
    );
  }
}
console.log(
  "\n| seed | too-hard prompts | accuracy start → end | agreement end | commonest answer end |\n|---|---|---|---|---|",
);
for (const { seed, collapse } of results) {
  for (const [arm, r] of Object.entries(collapse)) {
    console.log(
      `| ${seed} | ${arm} | ${percent(r.accuracyStart)} → ${percent(r.accuracyEnd)} | ${percent(r.agreementEnd)} | ${percent(r.topShareEnd)} |`,
    );
  }
}
console.log(`\nseconds: ${results.map((r) => r.seconds.toFixed(0)).join(", ")}`);
