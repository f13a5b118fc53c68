/** `selftrain study` as a user has it: run, killed, stopped, changed, judged after the fact, with arms that fail and disks that fill. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { StudyOutcome } from "../../src/apps/study/study.js";
import { tinyStudy } from "../apps/study/tiny-study.js";
import { inNamespace, mayMount } from "../mount.js";

const main = resolve("dist/cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "selftrain-study-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const begin = (...argv: string[]) => spawn(process.execPath, [main, "study", ...argv], { cwd: folder });

async function study(...argv: string[]) {
  const child = begin(...argv);
  const ended = new Promise<number | null>((done) => child.once("exit", (status) => done(status)));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

const outcomeOf = (stdout: string) => JSON.parse(stdout) as StudyOutcome;
const errorOf = (stderr: string) =>
  (JSON.parse(stderr.trim().split("\n").at(-1)!) as { error: Record<string, unknown> }).error;

function fileOf(name: string, change: (own: typeof tinyStudy & Record<string, unknown>) => void = () => {}) {
  const own = structuredClone(tinyStudy);
  change(own);
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "tiny.yaml"), stringify(own));
  return join(name, "tiny.yaml");
}

const REPORTS = ["study.json", "study.md", "study.html"] as const;
const reportsOf = (output: string) => REPORTS.map((name) => readFileSync(join(folder, output, name), "utf8"));

/** What a report says but for the times of its runs. */
function timeless({ runs, seconds: _, ...rest }: StudyOutcome) {
  return { ...rest, output: "", page: "", runs: runs.map(({ seconds, ...run }) => run) };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
};

const stepsOf = (run: string): number => {
  const path = join(folder, run, "metrics.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split('"kind":"step"').length - 1 : 0;
};

describe("a study", () => {
  it("fixes what is predicted, makes its runs, judges them, and reports the same of the same runs", async () => {
    const file = fileOf("whole");
    const { status, stdout, stderr } = await study(file, "--output", "out");
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/^second,seed=[34]: .* \| study 6\/6$/m);
    expect(stdout).toContain("agrees: It stays within reason.");
    expect(stdout).toContain("disagrees: The second arm gains a point that nobody could.");
    const fixed = JSON.parse(readFileSync(join(folder, "out/fixed.json"), "utf8"));
    expect(fixed).toMatchObject({ study: "tiny", commit: null, content: { seeds: [3, 4] } });

    const first = reportsOf("out");
    const again = await study(file, "--output", "out", "--json");
    expect(again.status).toBe(0);
    expect(again.stderr).toBe("");
    const outcome = outcomeOf(again.stdout);
    expect(outcome.complete).toBe(true);
    expect(outcome.fixed).toEqual({ sha256: fixed.sha256, commit: null, changed: [] });
    expect(reportsOf("out")).toEqual(first);
    expect((await study(file, "--output", "out", "--report")).status).toBe(0);
    expect(reportsOf("out")).toEqual(first);

    // The measures by hand, from the lines of metrics.
    const evals = (run: string) =>
      readFileSync(join(folder, "out", run, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { kind: string; metrics: { mean: number } })
        .filter(({ kind }) => kind === "eval")
        .map(({ metrics }) => metrics.mean);
    const change = outcome.measures.find(({ name }) => name === "change")!;
    expect(change.bySeed).toEqual(
      [3, 4].map((seed) => evals(`first,seed=${seed}`).at(-1)! - evals(`first,seed=${seed}`)[0]!),
    );
    const apart = outcome.measures.find(({ name }) => name === "apart")!;
    expect(apart.bySeed).toEqual(
      [3, 4].map((seed) => evals(`second,seed=${seed}`).at(-1)! - evals(`first,seed=${seed}`).at(-1)!),
    );
    // The second arm began with the model that the first ended with.
    for (const seed of [3, 4])
      expect(readFileSync(join(folder, `out/second,seed=${seed}/config.yaml`), "utf8")).toContain(
        `first,seed=${seed}`,
      );
  });

  it("is refused where its file was changed after the runs began, and judges them with --report alone, which says so", async () => {
    cpSync(join(folder, "out"), join(folder, "changed"), { recursive: true });
    const file = fileOf("moved", ({ predictions }) => {
      Object.assign(predictions[1]!.rules[0]!, { above: -2 });
    });
    const refused = await study(file, "--output", "changed", "--json");
    expect(refused.status).toBe(1);
    expect(errorOf(refused.stderr)).toMatchObject({
      code: "study-changed",
      found: { "predictions.1.rules.0.above": "-2" },
      expected: { "predictions.1.rules.0.above": "2" },
    });
    const judged = await study(file, "--output", "changed", "--report", "--json");
    const outcome = outcomeOf(judged.stdout);
    expect(outcome.predictions[1]!.verdict).toBe("agrees");
    expect(outcome.fixed.changed).toEqual(["predictions.1.rules.0.above"]);
    for (const report of reportsOf("changed").slice(1)) expect(report).toContain("Judged after the fact");

    const other = fileOf("other", ({ arms }) => {
      arms.first.config = { "adam.learningRate": 2e-4 };
    });
    const elsewhere = await study(other, "--output", "changed", "--json");
    expect(errorOf(elsewhere.stderr)).toMatchObject({
      code: "jobs-changed",
      found: { "adam.learningRate": 2e-4 },
    });

    const fixed = join(folder, "changed/fixed.json");
    writeFileSync(fixed, readFileSync(fixed, "utf8").replace('"above": 2', '"above": -2'));
    expect(errorOf((await study(file, "--output", "changed", "--json")).stderr)).toMatchObject({
      code: "study-fixed-invalid",
    });
    rmSync(fixed);
    expect(errorOf((await study(file, "--output", "changed", "--json")).stderr)).toMatchObject({
      code: "study-not-fixed",
    });
  });

  it("goes on after kill -9 and after a part of its seeds, to the report of a study that nothing stopped", async () => {
    const long = fileOf("long", ({ config }) => {
      Object.assign(config.train, { steps: 25, checkpointEvery: 4 });
    });
    const killed = begin(long, "--output", "killed", "--jobs", "1");
    await until(() => stepsOf("killed/first,seed=3") > 6);
    killed.kill("SIGKILL");
    await until(
      () =>
        !existsSync(join(folder, "killed/first,seed=3/lock")) ||
        killed.exitCode !== null ||
        killed.signalCode !== null,
    );

    const part = await study(long, "--output", "killed", "--seeds", "3", "--json");
    expect(part.status, part.stderr).toBe(0);
    const half = outcomeOf(part.stdout);
    expect(half.complete).toBe(false);
    expect(half.predictions.map(({ verdict }) => verdict)).toEqual(["incomplete", "incomplete"]);
    expect(half.runs.filter(({ status }) => status === "finished")).toHaveLength(3);
    expect(reportsOf("killed")[2]).toContain("Incomplete: 3 of 6 runs are missing.");

    const rest = await study(long, "--output", "killed", "--json");
    expect(rest.status, rest.stderr).toBe(0);
    const whole = await study(long, "--output", "unstopped", "--json");
    expect(timeless(outcomeOf(rest.stdout))).toEqual(timeless(outcomeOf(whole.stdout)));
  });

  it("names an arm that fails and what needs it, and judges nothing that lacks it", async () => {
    writeFileSync(join(folder, "bad.jsonl"), "{\n");
    const file = fileOf("failing", ({ arms, seeds }) => {
      seeds.splice(1);
      Object.assign(arms.first.config, { prompts: { file: "bad.jsonl" }, "evaluation.size": 0 });
      Object.assign(arms, { third: { from: "base" } });
    });
    const { status, stdout, stderr } = await study(file, "--output", "failing-out");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^first,seed=3: failed, jsonl-malformed: /m);
    expect(stderr).toMatch(/^second,seed=3: failed, job-needs: /m);
    expect(stderr).toMatch(/^third,seed=3: .* s, mean/m);
    expect(stdout).toContain("incomplete: It stays within reason.");
    expect(stdout).toContain("first arm, seed 3, failed: jsonl-malformed");
    expect(stdout).toContain("Incomplete: 2 of 4 runs are missing.");
    expect(readFileSync(join(folder, "failing-out/study.md"), "utf8")).toContain("failed: jsonl-malformed");
  });

  it.skipIf(!mayMount)("names a disk that fills, and goes on where there is room", () => {
    const file = fileOf("full");
    const line = `"$0" ${main} study "$1/${file}" --output "$1/disk/out" --jobs 1`;
    mkdirSync(join(folder, "disk"), { recursive: true });
    const { stdout } = inNamespace(
      `mount -t tmpfs -o size=300k tmpfs "$1/disk"; ${line} 2>&1 || echo status $?; mount -o remount,size=60m "$1/disk"; ${line} --json 2>/dev/null; echo status $?`,
      folder,
    );
    const [before, after] = stdout.split(/status 1\n/) as [string, string];
    expect(before).toMatch(/disk-full/);
    const [json, status] = after.trim().split("\n").slice(-2) as [string, string];
    expect(status).toBe("status 0");
    expect(outcomeOf(json).complete).toBe(true);
  });

  it("refuses seeds and names that there are not, and says with --dry-run what it would do", async () => {
    const file = fileOf("whole");
    expect(errorOf((await study(file, "--seeds", "9", "--json")).stderr)).toMatchObject({
      code: "study-seeds",
      expected: [3, 4],
    });
    expect(errorOf((await study("colapse", "--json")).stderr)).toMatchObject({
      code: "study-unknown",
      remedy: 'did you mean "collapse"?',
    });
    const dry = await study(file, "--output", "dry", "--seeds", "4", "--dry-run");
    expect(dry.stdout).toMatch(
      /^second,seed=4 +train +at most 2,048 MiB +1 +planned when its base is made$/m,
    );
    expect(dry.stdout).toContain("3 of 3 to do in dry, ");
    expect(existsSync(join(folder, "dry"))).toBe(false);
  });
});

describe("a study of the package", () => {
  it("is listed, and tried from end to end with --smoke", async () => {
    const listed = JSON.parse((await study("list", "--json")).stdout) as { id: string; runs: number }[];
    expect(listed.find(({ id }) => id === "d")).toMatchObject({ name: "collapse", seeds: 5, runs: 30 });
    const { status, stdout, stderr } = await study("d", "--smoke", "--json");
    expect(status, stderr).toBe(0);
    const outcome = outcomeOf(stdout);
    expect(outcome.output).toBe(join("runs", "studies", "collapse-smoke"));
    expect(outcome).toMatchObject({ complete: true, smoke: true });
    expect(outcome.runs).toHaveLength(12);
    const drawn = outcome.plots.filter(({ curves }) => curves.length === 4).map(({ metric }) => metric);
    expect(drawn).toEqual(expect.arrayContaining(["eval.mean", "eval.maj", "step.reward", "probe.kl"]));
    expect(reportsOf(outcome.output)[2]).toContain("A smoke test: its values are too small to say anything.");
  }, 170_000);
});
