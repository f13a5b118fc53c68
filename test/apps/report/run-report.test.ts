import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeReport } from "../../../src/apps/report/report.js";
import { writeRollouts } from "../../../src/run/rollouts.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { newRunInfo } from "../../../src/run/run-info.js";
import { HOSTILE } from "./sample-data.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const evaluation = (step: number, mean: number): MetricRecord => ({
  kind: "eval",
  step,
  metrics: { mean, meanLow: mean - 0.03, meanHigh: mean + 0.03, greedy: mean },
  time: {},
});

async function makeRun(name: string, reward: string, end: number): Promise<string> {
  const run = join(folder, name);
  mkdirSync(join(run, "rollouts"), { recursive: true });
  const records: MetricRecord[] = [
    evaluation(0, 0.4),
    {
      kind: "step",
      step: 1,
      metrics: { reward: 0.5, accuracy: 0.41, oddMetric: 3.25 },
      time: { seconds: 1 },
    },
    { kind: "step", step: 2, metrics: { reward: 0.6, accuracy: null }, time: { seconds: 1 } },
    evaluation(2, end),
  ];
  writeFileSync(join(run, "metrics.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  writeFileSync(join(run, "config.yaml"), `reward: ${reward}\nsteps: 2\nadam:\n  learningRate: 0.0001\n`);
  writeFileSync(
    join(run, "environment.json"),
    JSON.stringify({ node: "v22", git: { diff: `-a\n+${HOSTILE}` } }),
  );
  for (const step of [1, 2]) {
    const row = {
      step,
      group: 0,
      sample: 0,
      promptId: "p",
      prompt: `prompt of step ${step}`,
      completion: HOSTILE,
      tokens: 1,
      finish: "stop",
      answer: "7",
      graderError: null,
      voteLabel: "7",
      voteShare: 1,
      rewardLabel: "7",
      reward: 1,
      score: null,
      modelScore: null,
      sampledBy: "policy",
      trained: true,
      advantage: 0,
      meanLogprob: -0.5,
      rejected: null,
      sumLogprob: null,
      kl: null,
    };
    await writeRollouts(join(run, "rollouts"), step, [row]);
  }
  return run;
}

it("reports one run from its directory alone", async () => {
  const run = await makeRun("first", "majority", 0.55);
  const path = await writeReport([run], join(folder, "deep", "report.html"));
  expect(path).toBe(join(folder, "deep", "report.html"));
  const page = readFileSync(path, "utf8").replaceAll("<wbr>", "");
  expect(page).toContain("Self-training raised accuracy on unseen prompts from 40.0% to 55.0%");
  expect(page).toContain("first: step 2 of 2");
  expect(page).toContain("prompt of step 1");
  expect(page).toContain("prompt of step 2");
  expect(page).toContain("<td>adam.learningRate</td><td>0.0001</td>");
  // Two steps are not the default; the majority as reward is.
  expect(page).toContain('<tr class="set"><td>steps</td>');
  expect(page).toContain("<tr><td>reward</td>");
  expect(page).toContain("<td>git.uncommitted changes</td><td>yes, see environment.json</td>");
  expect(page).toContain("<strong>oddMetric</strong>");
  expect(page).not.toMatch(/<img/);
  expect(page.match(/<script>/g)).toHaveLength(1);
});

it.each([
  ["nothing of a healthy run", 0.9, 0.08, undefined],
  [
    "signs of collapse above everything else",
    0.3,
    0.6,
    "Signs of collapse: the commonest answer went from 6.0% to 60.0%",
  ],
])("says %s", async (_, effectiveAnswersRatio, topShare, said) => {
  const run = await makeRun("one", "majority", 0.5);
  const step = (number: number, metrics: MetricRecord["metrics"]): MetricRecord => ({
    kind: "step",
    step: number,
    metrics: { agreement: 0.5, noAnswerShare: 0, ...metrics },
    time: {},
  });
  const last = { topShare, effectiveAnswersRatio };
  const records = [step(1, { topShare: 0.06 }), step(2, last), step(3, last)].map(
    (record) => `${JSON.stringify(record)}\n`,
  );
  writeFileSync(join(run, "metrics.jsonl"), records.join(""));
  const page = readFileSync(await writeReport([run], join(folder, "report.html")), "utf8");
  const [warning] = page.match(/<p class="warning">[^<]*/) ?? [];
  if (said === undefined) expect(warning).toBeUndefined();
  else {
    expect(warning).toContain(said);
    expect(page).toContain("Alarm effectiveAnswers: effectiveAnswersRatio 0.3 at step 3, below 0.5.");
  }
});

it("compares runs: a curve each in a colour of its own, and the settings that differ", async () => {
  const runs = [
    await makeRun("a", "majority", 0.55),
    await makeRun("b", "ground-truth", 0.6),
    await makeRun("c", "majority", 0.5),
  ];
  const page = readFileSync(await writeReport(runs, join(folder, "report.html")), "utf8");
  expect(page).toContain("3 runs compared: a, b, c");
  expect(page).toContain(
    '<th scope="row">reward</th><td>majority</td><td>ground-truth</td><td>majority</td>',
  );
  expect(page).not.toContain('<th scope="row">steps</th>');
  const firstPlot = /<figure class="plot".*?<\/figure>/s.exec(page)![0];
  const colors = [...firstPlot.matchAll(/class="arm-(\w+)"/g)].map((match) => match[1]);
  expect(colors).toEqual(["srt", "groundTruth", "fixedTeacher"]);
});

it("needs nothing but metrics.jsonl", async () => {
  const run = join(folder, "bare");
  mkdirSync(run);
  writeFileSync(join(run, "metrics.jsonl"), "");
  const page = readFileSync(await writeReport([run], join(folder, "report.html")), "utf8");
  expect(page).toContain("<h1>Run bare</h1>");
  expect(page).not.toContain("<section");
});

it("says which steps a run has lost", async () => {
  const run = await makeRun("holed", "majority", 0.55);
  writeFileSync(join(run, "run.json"), JSON.stringify(newRunInfo("train")));
  rmSync(join(run, "rollouts", "step-000001.parquet"));
  const metrics = join(run, "metrics.jsonl");
  const lines = readFileSync(metrics, "utf8").split("\n");
  writeFileSync(metrics, lines.filter((line) => !line.includes('"step":1')).join("\n"));
  const page = readFileSync(await writeReport([run], join(folder, "report.html")), "utf8");
  expect(page).toContain("Missing in holed: metrics.jsonl lacks step 1.");
  expect(page).toContain("Missing in holed: the rollouts of step 1 are missing or cut short.");
  rmSync(metrics);
  await expect(writeReport([run], join(folder, "report.html"))).rejects.toMatchObject({
    code: "report-no-metrics",
    where: metrics,
  });
});

it("says what is wrong with a run it cannot read, and writes nothing", async () => {
  const output = join(folder, "report.html");
  await expect(writeReport([], output)).rejects.toMatchObject({ code: "report-no-run" });
  await expect(writeReport([join(folder, "none")], output)).rejects.toMatchObject({
    code: "report-not-a-run",
  });
  const run = await makeRun("broken", "majority", 0.5);
  writeFileSync(join(run, "environment.json"), "{");
  await expect(writeReport([run], output)).rejects.toMatchObject({
    code: "report-unreadable-file",
    where: join(run, "environment.json"),
  });
  expect(() => readFileSync(output)).toThrow();
});
