/**
 * A real model trains itself without labels, end to end: Qwen2.5-0.5B-Instruct on the prompts of GSM8K, both from the Hugging Face hub.
 * `node scripts/real-model.mjs [FLAGS]`: scripts/real-model.yaml is the configuration, and every flag of `selftrain train` changes it (`--help` lists
 * them; `--steps 100`, `--engine.device gpu`, `--resume runs/real-model`). It downloads 1 GB once, and on a few cores takes hours. At the end it
 * prints the accuracy on held-out problems before and after, with 95% intervals.
 */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const asked = process.argv.slice(2);

/** A run that is resumed has its configuration. */
const config = asked.includes("--resume") ? [] : ["--config", at("real-model.yaml")];
const help = asked.includes("--help");

const child = spawn(
  process.execPath,
  [at("../dist/cli/main.js"), "train", ...config, ...(help ? [] : ["--json"]), ...asked],
  { stdio: ["inherit", "pipe", "inherit"] },
);
const [printed, status] = await Promise.all([
  text(child.stdout),
  new Promise((resolve) => child.on("close", resolve)),
]);

if (status !== 0 || help || asked.includes("--dry-run")) {
  process.stdout.write(printed);
  process.exitCode = status ?? 1;
} else {
  const { start, end, run, steps, signs } = JSON.parse(printed);
  for (const [when, measured] of [
    ["before", start],
    ["after", end],
  ])
    console.log(accuracy(when, measured));
  console.log(`${steps} steps without a label, saved in ${run}`);
  if (signs) console.log(signs.sentence);
}

/** Of single samples, and of majorities. */
function accuracy(when, measured) {
  if (!measured?.mean) return `${when.padEnd(6)}  not measured`;
  const { samples, mean, maj, prompts } = measured;
  return `${when.padEnd(6)}  mean@${samples} ${percent(mean)}, maj@${samples} ${percent(maj)}, ${prompts} problems`;
}

function percent({ value, lo, hi }) {
  const rounded = (share) => (100 * share).toFixed(1);
  return `${rounded(value)}% [${rounded(lo)}, ${rounded(hi)}]`;
}
