/** The corpus from end to end: a run is recorded as it was, and the tuner chooses without looking at held-out runs. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import { recordsOf } from "../../src/apps/monitors/corpus-format.js";
import { corpusFile, readCorpus } from "../../src/apps/monitors/read-corpus.js";
import { mean } from "../../src/numbers.js";
import { readMetrics } from "../../src/run/metrics-log.js";
import { linesOf, plantedRuns, writeSplit } from "../apps/monitors/synthetic.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-corpus-script-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = async (...argv: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, argv, { maxBuffer: 2 ** 24 })).stdout;
const selftrain = (...argv: string[]) => node(resolve("dist/cli/main.js"), ...argv);
const script = (name: string, ...argv: string[]) => node(resolve(`scripts/corpus/${name}`), ...argv);

it("collects a finished run as it was, the same bytes each time", async () => {
  const runs = join(folder, "runs");
  const name = "tuning,task=mental-sums,arm=truth,base=0,seed=3";
  const tiny = ["--hidden-size", "16", "--layers", "1", "--heads", "2", "--feed-forward", "32"];
  const levels = ["--task", "mental-sums", "--levels", "4=1"];
  const base = join(folder, "base");
  await selftrain(
    "pretrain",
    ...levels,
    ...tiny,
    "--context-length",
    "32",
    "--steps",
    "150",
    "--learning-rate",
    "0.01",
    "--evaluation.size",
    "4",
    "--output",
    base,
  );
  const evaluated = ["--evaluation.prompts.task", "mental-sums", "--evaluation.prompts.levels", "4=1"];
  const sizes = [
    "--evaluation.size",
    "4",
    "--evaluation.samples",
    "2",
    "--probe.size",
    "5",
    "--probe.samples",
    "16",
    "--probe.every",
    "1",
  ];
  const steps = [
    "--steps",
    "3",
    "--prompts-per-step",
    "2",
    "--samples-per-prompt",
    "2",
    "--max-new-tokens",
    "6",
  ];
  const reward = ["--reward", "ground-truth", "--seed", "3"];
  await selftrain(
    "train",
    "--model",
    base,
    "--output",
    join(runs, name),
    ...levels,
    ...evaluated,
    ...sizes,
    ...steps,
    ...reward,
  );
  const corpus = join(folder, "collected");
  expect(await script("collect.mjs", "--runs", runs, "--output", corpus)).toContain("tuning: 1 runs");
  expect(existsSync(corpusFile(corpus, "held-out"))).toBe(false);

  const [run, ...others] = readCorpus("tuning", corpus);
  expect(others).toEqual([]);
  expect(run).toMatchObject({ name, split: "tuning", task: "mental-sums", arm: "truth", base: 0, seed: 3 });
  expect(run!.config).toMatchObject({
    reward: "ground-truth",
    steps: 3,
    skill: ["4"],
    probeEvery: 1,
    pool: null,
  });
  const lines = readMetrics(join(runs, name, "metrics.jsonl"));
  expect(
    recordsOf(run!)
      .map(({ kind, step }) => `${kind} ${step}`)
      .sort(),
  ).toEqual(lines.map(({ kind, step }) => `${kind} ${step}`).sort());
  // What was counted anew from the answers is what the run said of them.
  const { steps: probed, right, samples } = run!.accuracy;
  const said = lines.filter(({ kind }) => kind === "probe").map(({ metrics }) => metrics.accuracy);
  expect(probed).toEqual([0, 1, 2, 3]);
  expect(right.flat()).not.toEqual(right.flat().map(() => 0));
  expect(right.map((counts) => mean(counts) / samples)).toEqual(said);

  const first = readFileSync(corpusFile(corpus, "tuning"));
  await script("collect.mjs", "--runs", runs, "--output", corpus);
  expect(readFileSync(corpusFile(corpus, "tuning"))).toEqual(first);
}, 120_000);

it("chooses what was planted, freezes it, and opens no file of held-out runs", async () => {
  const corpus = join(folder, "planted");
  writeSplit(corpus, "tuning", linesOf(plantedRuns("tuning", ["a"], 3)));
  writeSplit(corpus, "held-out", Buffer.from("nothing that can be read"));
  expect(await script("tune.mjs", "--corpus", corpus)).toContain("false alarms ≤ 5%: promptFreeAgreement");
  const freeze = JSON.parse(readFileSync(join(corpus, "freeze.json"), "utf8")) as {
    chosenOn: Record<string, { sha256: string; runs: number }>;
    sets: { budget: number; file: string; sha256: string; tuning: { caughtBefore: { count: number } } }[];
  };
  const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  expect(Object.keys(freeze.chosenOn)).toEqual(["tuning"]);
  expect(freeze.chosenOn.tuning!.sha256).toBe(hash(corpusFile(corpus, "tuning")));
  const [set] = freeze.sets;
  expect(set).toMatchObject({ budget: 0.05, tuning: { caughtBefore: { count: 3 } } });
  expect(set!.sha256).toBe(hash(join(corpus, set!.file)));
  const { monitors } = parse(readFileSync(join(corpus, set!.file), "utf8")) as {
    monitors: Record<string, unknown>;
  };
  expect(Object.keys(monitors)).toEqual(["default", "promptFreeAgreement-1"]);

  // The set is what the command takes.
  writeSplit(corpus, "held-out", linesOf(plantedRuns("held-out", ["b"], 2)));
  const scored = JSON.parse(
    await selftrain("monitors", "score", "--corpus", corpus, "--config", join(corpus, set!.file), "--json"),
  ) as {
    monitors: { caughtBefore: { count: number; of: number } }[];
  };
  expect(scored.monitors.map(({ caughtBefore: { count, of } }) => [count, of])).toEqual([[2, 2]]);

  // A second round: what was held out is chosen on too, and the first choice stays where it is.
  const second = join(corpus, "second-round");
  await script("tune.mjs", "--corpus", corpus, "--on", "tuning,held-out", "--output", second);
  const again = JSON.parse(readFileSync(join(second, "freeze.json"), "utf8")) as typeof freeze;
  expect(Object.keys(again.chosenOn)).toEqual(["tuning", "held-out"]);
  expect(again.sets[0]!.tuning.caughtBefore.count).toBe(5);
  expect(hash(join(second, again.sets[0]!.file))).toBe(again.sets[0]!.sha256);
}, 120_000);
