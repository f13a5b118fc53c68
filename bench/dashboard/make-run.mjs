/** A long run, made by SQL and not by training: files as a training writes them, with answers that agree more and more. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withConnection } from "../../dist/io/fs/duckdb.js";

const SAMPLES = 16;
const name = (step) => `step-${String(step).padStart(6, "0")}`;
/** Share of a step's samples that give the majority's answer. */
const agreementAt = (step, steps) => 0.4 + (0.5 * step) / steps;
/** Figures of a line beside those that are drawn: a training writes about as many. */
const FIGURES = Array.from({ length: 50 }, (_, i) => `figure${i}`);

export function metricsLine(step, steps) {
  const agreement = agreementAt(step, steps) + Math.sin(step) / 50;
  const figures = Object.fromEntries(FIGURES.map((key, i) => [key, Math.sin(step * (i + 1)) / 3]));
  const metrics = {
    agreement,
    accuracy: agreement * 0.8,
    kl: step * 1e-5,
    entropy: 1 - agreement,
    ...figures,
  };
  return JSON.stringify({ kind: "step", step, metrics, time: { seconds: 1.5, sampleSeconds: 1 } });
}

function evalLine(step, steps) {
  return JSON.stringify({
    kind: "eval",
    step,
    metrics: { mean: agreementAt(step, steps) * 0.8, maj: 0.8, prompts: 128, samples: 16 },
    time: { seconds: 5 },
  });
}

/** Votes as the rollouts below have them: `round(agreement · n)` samples give the label, the others one answer each. */
function groupLine(step, group, steps) {
  const right = Math.round(agreementAt(step, steps) * SAMPLES);
  const others = Array.from({ length: SAMPLES - right }, (_, i) => ({
    answer: `${100 + i}`,
    count: 1,
    reward: 0,
    advantage: -0.4,
  }));
  return JSON.stringify({
    step,
    group,
    promptId: `p${(step * 32 + group) % 4096}`,
    label: "7",
    agreement: right / SAMPLES,
    margin: (right - (others.length > 0 ? 1 : 0)) / SAMPLES,
    rewardLabel: "7",
    truth: group % 3 === 0 ? "7" : "8",
    samples: SAMPLES,
    unanswered: 0,
    truncated: 0,
    trained: SAMPLES,
    reward: right / SAMPLES,
    tokens: 64,
    rejected: null,
    answers: [{ answer: "7", count: right, reward: 1, advantage: 0.2 }, ...others],
  });
}

/** Columns of `RolloutRow`. */
const rolloutsOf = (step, rollouts, steps) => {
  const right = Math.round(agreementAt(step, steps) * SAMPLES);
  return `SELECT ${step}::INTEGER AS step, (i // ${SAMPLES})::INTEGER AS "group", (i % ${SAMPLES})::INTEGER AS sample, 'policy' AS "sampledBy", true AS trained,
    'p' || ((${step} * 32 + i // ${SAMPLES}) % 4096) AS "promptId", 'What is ' || (i // ${SAMPLES}) || ' plus ' || ${step} || '?' AS prompt,
    'First I add ' || i || ' and ' || ${step} || '. ' || md5(i || ' ' || ${step}) || md5(${step} || ' ' || i) || repeat(' so it goes on', 6) || ' Answer ' || answer AS completion,
    64::INTEGER AS tokens, 'stop' AS finish, answer, NULL::VARCHAR AS "graderError", '7' AS "voteLabel", ${right / SAMPLES}::DOUBLE AS "voteShare", '7' AS "rewardLabel",
    CASE WHEN answer = '7' THEN 1 ELSE 0 END::DOUBLE AS reward, NULL::DOUBLE AS score, CASE WHEN answer = '7' THEN 0.2 ELSE -0.4 END::DOUBLE AS advantage,
    -0.5::DOUBLE AS "meanLogprob", NULL::VARCHAR AS rejected, -32.0::DOUBLE AS "sumLogprob", 0.01::DOUBLE AS kl, NULL::DOUBLE AS "modelScore"
    FROM (SELECT i, CASE WHEN i % ${SAMPLES} < ${right} THEN '7' ELSE (100 + i % ${SAMPLES} - ${right})::VARCHAR END AS answer FROM range(${rollouts}) r(i))`;
};

/** Writes the run; `progress` is called every thousand steps. */
export async function makeRun(path, { steps, rollouts }, progress = () => {}) {
  for (const folder of ["rollouts", "groups", "checkpoints"])
    mkdirSync(join(path, folder), { recursive: true });
  const lines = [evalLine(0, steps)];
  await withConnection(async (connection) => {
    for (let step = 1; step <= steps; step++) {
      lines.push(metricsLine(step, steps));
      if (step % 100 === 0) lines.push(evalLine(step, steps));
      const groups = Array.from({ length: rollouts / SAMPLES }, (_, group) => groupLine(step, group, steps));
      writeFileSync(join(path, "groups", `${name(step)}.jsonl`), `${groups.join("\n")}\n`);
      const file = join(path, "rollouts", `${name(step)}.parquet`).replaceAll("'", "''");
      await connection.run(
        `COPY (${rolloutsOf(step, rollouts, steps)}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      if (step % 1000 === 0) progress(step);
    }
  });
  writeFileSync(join(path, "metrics.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(
    join(path, "config.yaml"),
    `output: ${path}\nmodel: made\nprompts: {task: chain-sums}\nsteps: ${steps}\nseed: 0\nreward: majority\n`,
  );
  writeFileSync(join(path, "environment.json"), "[]\n");
  const info = { format: 1, kind: "train", created: new Date().toISOString(), status: "finished" };
  writeFileSync(join(path, "run.json"), `${JSON.stringify(info)}\n`);
}
