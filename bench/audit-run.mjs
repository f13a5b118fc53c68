/**
 * A run directory of made-up rollouts in which one answer takes over, to measure `selftrain audit` on:
 *
 *   node bench/audit-run.mjs runs/made-up --steps 1000 --prompts 32 --samples 16
 *   /usr/bin/time -v node dist/cli/main.js audit runs/made-up --json > audit.json
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../dist/random.js";
import { writeRollouts } from "../dist/run/rollouts.js";
import { newRunInfo, writeRunInfo } from "../dist/run/run-info.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "1000" },
    prompts: { type: "string", default: "32" },
    samples: { type: "string", default: "16" },
  },
});
const folder = positionals[0] ?? "runs/made-up";
const [steps, prompts, samples] = [values.steps, values.prompts, values.samples].map(Number);
const POOL = 1024;

mkdirSync(join(folder, "rollouts"), { recursive: true });
writeFileSync(
  join(folder, "prompts.jsonl"),
  Array.from(
    { length: POOL },
    (_, i) => `${JSON.stringify({ prompt: `What is ${i} plus 100?`, answer: String(i + 100) })}\n`,
  ).join(""),
);
const config = {
  model: "made-up",
  output: folder,
  prompts: { file: join(folder, "prompts.jsonl"), answerColumn: "answer" },
  evaluation: { size: 0 },
  steps,
};
writeFileSync(join(folder, "config.yaml"), JSON.stringify(config));

const lines = [];
for (let step = 1; step <= steps; step++) {
  const random = new Random(1, step);
  // Accuracy rises until half of the steps; then one answer takes over within a tenth of them.
  const along = step / steps;
  const captured = 1 / (1 + Math.exp(-(along - 0.6) * 60));
  const skill = 0.5 + 0.3 * Math.min(1, 2 * along);
  const rows = [];
  for (let group = 0; group < prompts; group++) {
    const id = random.int(0, POOL - 1);
    const truth = String(id + 100);
    const taken = random.next() < captured;
    const answers = Array.from({ length: samples }, () =>
      taken && random.next() < 0.95 ? "1" : random.next() < skill ? truth : String(id + random.int(0, 99)),
    );
    const counts = grouped(answers);
    const [[label, own]] = [...counts].sort(([, a], [, b]) => b.length - a.length);
    answers.forEach((answer, sample) => {
      rows.push({
        step,
        group,
        sample,
        sampledBy: "policy",
        trained: true,
        promptId: `row-${id + 1}`,
        prompt: `What is ${id} plus 100?`,
        completion: `Let me add them one after the other, carefully. ${id} plus 100 is ${answer}. The answer is \\boxed{${answer}}.`,
        tokens: 40,
        finish: "stop",
        answer,
        graderError: null,
        voteLabel: label,
        voteShare: own.length / samples,
        rewardLabel: label,
        reward: answer === label ? 1 : 0,
        score: null,
        advantage: 0,
        meanLogprob: -0.5,
        rejected: null,
        sumLogprob: -20,
        kl: 4 * along + captured * 20,
        modelScore: null,
      });
    });
  }
  await writeRollouts(join(folder, "rollouts"), step, rows);
  const metrics = { entropy: 0.5 - 0.2 * along, kl: 0.1 * along, gradNorm: 1 + captured };
  lines.push(`${JSON.stringify({ kind: "step", step, metrics, time: { seconds: 1 } })}\n`);
}
writeFileSync(join(folder, "metrics.jsonl"), lines.join(""));
writeRunInfo(folder, { ...newRunInfo("train"), status: "finished" });
console.log(`${steps} steps × ${prompts * samples} rollouts in ${folder}`);

function grouped(items) {
  const groups = new Map();
  for (const item of items) groups.set(item, [...(groups.get(item) ?? []), item]);
  return groups;
}
