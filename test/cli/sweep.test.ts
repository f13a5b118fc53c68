/** `selftrain sweep` as a user has it: files right and wrong, a grid that is run, killed and stopped, its table and its page. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { SweepOutcome } from "../../src/apps/sweep/sweep.js";

const main = resolve("dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "selftrain-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const begin = (...argv: string[]) => spawn(process.execPath, [main, "sweep", ...argv], { cwd: folder });

async function sweep(...argv: string[]) {
  const child = begin(...argv);
  const ended = new Promise<number | null>((done) => child.once("exit", (status) => done(status)));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

let count = 0;
function fileOf(value: object | string): string {
  const name = `sweep-${count++}.yaml`;
  writeFileSync(join(folder, name), typeof value === "string" ? value : stringify(value));
  return name;
}

const prompts = { task: "mental-sums", size: 16 };
const evaluation = { size: 4, samples: 2 };
const base = {
  prompts,
  evaluation,
  model: { hiddenSize: 16, layers: 1, heads: 2, feedForward: 16, contextLength: 32 },
  steps: 2,
  batchSize: 4,
};
const config = { prompts, evaluation, steps: 2, promptsPerStep: 2, samplesPerPrompt: 2, maxNewTokens: 4 };
const grid = { base, config, sweep: { "adam.learningRate": [1e-4, 1e-3] }, seeds: [0, 1] };

const outcomeOf = (stdout: string) => JSON.parse(stdout) as SweepOutcome;

/** What the steps of a run were, but for their times. */
const recordsOf = (run: string) =>
  readFileSync(join(folder, run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ ...(JSON.parse(line) as object), time: null }));

const stepsOf = (run: string): number =>
  existsSync(join(folder, run, "metrics.jsonl"))
    ? readFileSync(join(folder, run, "metrics.jsonl"), "utf8").split('"kind":"step"').length - 1
    : 0;

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
};

/** The process that writes in a run directory. */
const writerOf = (run: string): number =>
  (JSON.parse(readFileSync(join(folder, run, "lock"), "utf8")) as { pid: number }).pid;

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie is gone, though nobody has asked for it.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
  } catch {
    return false;
  }
};

describe("a sweep", () => {
  it("makes its base once and its runs, writes the table and the page, and keeps what is finished", async () => {
    const file = fileOf({ ...grid, objective: { metric: "eval.mean" } });
    const { status, stdout, stderr } = await sweep(file, "--output", "grid");
    expect(status, stderr).toBe(0);
    const names = ["lr=1e-3,seed=0", "lr=1e-3,seed=1", "lr=1e-4,seed=0", "lr=1e-4,seed=1"];
    expect(readdirSync(join(folder, "grid")).sort()).toEqual([
      "base",
      "jobs",
      ...names,
      "sweep.html",
      "sweep.json",
    ]);
    for (const name of names)
      expect(stderr).toMatch(new RegExp(`^${name}: .* s, mean .*\\| sweep \\d/5`, "m"));
    expect(stdout).toMatch(/^lr +seeds +mean +maj +agreement +top answer +with signs$/m);
    expect(stdout).toMatch(/^lr +seed +mean +maj +agreement +top answer +signs +status$/m);
    expect(stdout).toContain("4 runs: 4 finished");

    const again = await sweep(file, "--output", "grid", "--json");
    expect(again.status).toBe(0);
    expect(again.stderr).toBe("");
    const outcome = outcomeOf(again.stdout);
    expect(JSON.parse(readFileSync(join(folder, "grid/sweep.json"), "utf8"))).toMatchObject({
      runs: outcome.runs,
      combinations: outcome.combinations,
    });
    expect(outcome.runs.map(({ name }) => name).sort()).toEqual(names);
    // The interval is that of the two runs, by hand: 12.7062 is t of one degree of freedom.
    for (const { values, metrics } of outcome.combinations!) {
      const own = outcome.runs.filter(
        (run) => run.values["adam.learningRate"] === values["adam.learningRate"],
      );
      const [a, b] = own.map((run) => run.metrics["eval.agreement"] as number) as [number, number];
      expect(metrics["eval.agreement"]!.mean).toBeCloseTo((a + b) / 2, 12);
      expect(metrics["eval.agreement"]!.half).toBeCloseTo((12.7062 * Math.abs(a - b)) / 2, 8);
    }
    const page = readFileSync(join(folder, "grid/sweep.html"), "utf8");
    expect(page).toContain('href="lr%3D1e-4%2Cseed%3D0/report.html"');
    expect(existsSync(join(folder, "grid/lr=1e-4,seed=0/report.html"))).toBe(true);
  });

  it("refuses a file that changed, with what differs", async () => {
    const file = fileOf({ ...grid, config: { ...config, steps: 3 }, seeds: [0, 1] });
    const { status, stderr } = await sweep(file, "--output", "grid", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: "jobs-changed",
      found: { steps: 3 },
      expected: { steps: 2 },
    });
  });

  it("goes on after kill -9, whose runs end with it, and after Ctrl-C, to the bytes of a sweep that nothing stopped", async () => {
    const long = { ...config, steps: 25, checkpointEvery: 4 };
    const file = fileOf({ base, config: long, seeds: [0, 1] });
    const killed = begin(file, "--output", "killed", "--jobs", "1");
    await until(() => stepsOf("killed/seed=0") > 5);
    const writer = writerOf("killed/seed=0");
    killed.kill("SIGKILL");
    await until(() => !lives(writer));

    const stopped = begin(file, "--output", "killed");
    const said = text(stopped.stderr);
    const ended = new Promise((done) => stopped.once("exit", done));
    await until(() => stepsOf("killed/seed=1") > 2);
    stopped.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await said).toContain("stopped; the same command goes on");
    expect(JSON.parse(readFileSync(join(folder, "killed/seed=1/run.json"), "utf8")).status).not.toBe(
      "running",
    );

    const { status, stderr } = await sweep(file, "--output", "killed");
    expect(status, stderr).toBe(0);
    const whole = await sweep(file, "--output", "whole");
    expect(whole.status).toBe(0);
    for (const seed of [0, 1])
      expect(recordsOf(`killed/seed=${seed}`)).toEqual(recordsOf(`whole/seed=${seed}`));
  });

  it("names a run that failed in the summary, and ends with status 1", async () => {
    mkdirSync(join(folder, "prompts"), { recursive: true });
    writeFileSync(join(folder, "prompts/good.jsonl"), '{"prompt":"1+1="}\n{"prompt":"2+1="}\n');
    writeFileSync(join(folder, "prompts/bad.jsonl"), "{\n");
    const { task: _, ...rest } = prompts;
    const own = { ...config, prompts: { ...rest, size: 2 }, evaluation: { ...evaluation, size: 0 } };
    const file = fileOf({
      base,
      config: own,
      sweep: { "prompts.file": ["prompts/good.jsonl", "prompts/bad.jsonl"] },
    });
    const { status, stdout, stderr } = await sweep(file, "--output", "failing");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^file=prompts-bad\.jsonl-\w+: failed, jsonl-malformed: /m);
    expect(stdout).toContain("2 runs: 1 finished, 1 failed");
    expect(stdout).toMatch(/^failed: file=prompts-bad\.jsonl-\w+: jsonl-malformed: /m);
    expect(readFileSync(join(folder, "failing/sweep.html"), "utf8")).toContain("Runs that failed");
  });

  it("says with --dry-run what it would do, and touches nothing", async () => {
    const file = fileOf(grid);
    const before = readdirSync(folder);
    const { status, stdout } = await sweep(file, "--output", "dry", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^base +pretrain +\d+ MiB +1$/m);
    expect(stdout).toMatch(/^lr=1e-4,seed=0 +train +at most 2,048 MiB +1 +planned when its base is made$/m);
    expect(stdout).toContain("5 of 5 to do in dry, ");
    expect(readdirSync(folder)).toEqual(before);
    const { jobs, atOnce } = JSON.parse(
      (await sweep(file, "--output", "dry", "--dry-run", "--json", "--memory-mib", "1")).stdout,
    ) as { jobs: { name: string; memory: number | null }[]; atOnce: number };
    expect(jobs.map(({ name }) => name)).toContain("lr=1e-3,seed=1");
    expect(atOnce).toBe(1);
  });
});
