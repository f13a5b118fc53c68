/** The commands that run a model, end to end with a tiny one, as processes. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const main = resolve("dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "selftrain-"));

function selftrain(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Steps that a run has written to its metrics. */
function stepsOf(run: string): number {
  const file = join(folder, run, "metrics.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8").split('"kind":"step"').length - 1 : 0;
}

/** Runs a command and interrupts it once the run has more steps than now. */
function interrupted(
  run: string,
  ...argv: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const before = stepsOf(run);
  const child = spawn(process.execPath, [main, ...argv], { cwd: folder });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const watch = setInterval(() => {
    if (stepsOf(run) <= before) return;
    clearInterval(watch);
    child.kill("SIGINT");
  }, 20);
  return new Promise((done) =>
    child.on("close", (status) => {
      clearInterval(watch);
      done({ status, stdout, stderr });
    }),
  );
}

const sizes = ["--evaluation.size", "4", "--samples", "2"];
const shape = ["--hidden-size", "16", "--heads", "2", "--layers", "1", "--feed-forward", "32"];
const self = [
  "--model",
  "base",
  "--task",
  "mental-sums",
  "--prompts-per-step",
  "2",
  "--samples-per-prompt",
  "2",
];

beforeAll(() => {
  const { status, stderr } = selftrain(
    ...["pretrain", "--task", "mental-sums", "--output", "base", "--steps", "3", "--batch-size", "4"],
    ...[...shape, ...sizes, "--json"],
  );
  expect(stderr).toContain("evaluation at step 3: mean ");
  expect(status).toBe(0);
});

describe("--dry-run", () => {
  it("prints the resolved config with the arithmetic, and touches nothing", () => {
    const before = readdirSync(folder);
    writeFileSync(join(folder, "train.yaml"), "steps: 5\nadam:\n  learningRate: 0.25\n");
    const { status, stdout } = selftrain(
      "train",
      ...self,
      "--config",
      "train.yaml",
      "--output",
      "x",
      "--dry-run",
      "--json",
    );
    expect(status).toBe(0);
    const { config, plan } = JSON.parse(stdout);
    expect(config).toMatchObject({ steps: 5, promptsPerStep: 2, adam: { learningRate: 0.25 } });
    expect(plan).toMatchObject({ rollouts: 4, steps: 5 });
    expect(readdirSync(folder).sort()).toEqual([...before, "train.yaml"].sort());
  });

  it("reads as text", () => {
    const { stdout } = selftrain("pretrain", "--task", "gcd", "--output", "x", "--dry-run");
    expect(stdout).toContain("learningRate: 0.003");
    expect(stdout).toMatch(/^memory +\d+ MiB \(process \d+ MiB, weights /m);
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});

describe("train", () => {
  it("stops at Ctrl-C with a checkpoint, says how to go on, and goes on", async () => {
    // More steps than anyone waits for: the run cannot end before the signal arrives.
    const argv = [...self, ...sizes, "--max-new-tokens", "4", "--output", "srt", "--steps", "1000000"];
    const stopped = await interrupted("srt", "train", ...argv, "--json");
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toContain("selftrain train --resume srt");
    const summary = JSON.parse(stopped.stdout);
    expect(summary).toMatchObject({ interrupted: true, resume: "selftrain train --resume srt" });
    expect(summary.steps).toBe(stepsOf("srt"));
    expect(JSON.parse(selftrain("runs", ".", "--json").stdout)).toContainEqual(
      expect.objectContaining({ path: "srt", status: "interrupted", stepsDone: summary.steps }),
    );

    const again = await interrupted("srt", "train", "--resume", "srt", "--json");
    expect(again.status).toBe(130);
    expect(JSON.parse(again.stdout).steps).toBeGreaterThan(summary.steps);
  });

  it("refuses to write over a run", () => {
    const { status, stderr } = selftrain(
      "train",
      ...self,
      "--output",
      "base",
      "--max-new-tokens",
      "4",
      "--json",
    );
    expect(status).toBe(1);
    expect(JSON.parse(stderr.trimEnd().split("\n").at(-1) as string).error.code).toBe("run-exists");
  });
});

describe("eval and generate", () => {
  it("evaluates a run on its own prompts", () => {
    const { status, stdout } = selftrain("eval", "base", "--size", "4", "--samples", "3", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ prompts: 4, samples: 3, mean: { value: expect.any(Number) } });
    expect(selftrain("eval", "base", "--size", "4", "--samples", "3").stdout).toContain("mean@3 [95% CI]");
  });

  it("completes prompts, alike for equal seeds", () => {
    const argv = ["generate", "--model", "base", "1+2=", "--samples", "2", "--max-new-tokens", "3", "--json"];
    const { status, stdout } = selftrain(...argv);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ prompt: "1+2=", completions: [{}, {}] }]);
    expect(selftrain(...argv).stdout).toBe(stdout);
  });

  it("says what is wrong with a model", () => {
    const { status, stderr } = selftrain("eval", "nowhere");
    expect(status).toBe(1);
    expect(stderr).toContain("error[model-not-found]");
  });
});
