/** `selftrain monitors` as a user has it: what is printed, and input that is wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { linesOf, plantedRuns, writeSplit } from "../apps/monitors/synthetic.js";
import { fakeIo } from "./fake-io.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-monitors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const corpus = join(folder, "corpus");
writeSplit(corpus, "held-out", linesOf(plantedRuns("held-out", ["a", "b"], 2)));
writeSplit(corpus, "tuning", linesOf(plantedRuns("tuning", ["c"], 2)));

async function monitors(...argv: string[]) {
  const io = fakeIo(["monitors", ...argv]);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

const fileOf = (text: string): string => {
  const path = join(folder, "monitors.yaml");
  writeFileSync(path, text);
  return path;
};

const PHI = "monitors: {default: off, phi: {on: promptFreeAgreement, detector: {kind: rise, by: 0.15}}}\n";

describe("score", () => {
  it("prints the runs, the rates, the rules to beat and the pairs", async () => {
    const { status, stdout } = await monitors("score", "--corpus", corpus, "--config", fileOf(PHI));
    expect(status).toBe(0);
    expect(stdout).toContain("8 held-out runs of 40 steps: 4 collapsed, 4 healthy, 0 undecided");
    expect(stdout).toMatch(
      /phi +4\/4 100% \[40, 100\] +4\/4 100% \[40, 100\] +0\/4 0% \[0, 60\] +≥ 53 +8 \[8, 8\]/,
    );
    expect(stdout).toMatch(/collapsed +40 +40 +40\n/);
    expect(stdout).toMatch(/promptFreeAgreement up +0\.90 +\[0\.90, 0\.90\] +1\.00 +\[1\.00, 1\.00\]/);
    expect(stdout).toContain(
      "Two one-sided tests at ±0.05: passed, p < 0.001; step by step passed at 40 of 40.",
    );
    expect(stdout).toMatch(/an alarm at step \d+, always/);
    expect(stdout).toMatch(/promptFreeAgreement up +1\.00 +\[1\.00, 1\.00\] +4/);
  });

  it("gives the same as one JSON value", async () => {
    const { stdout } = await monitors(
      "score",
      "--corpus",
      corpus,
      "--config",
      fileOf(PHI),
      "--split",
      "tuning",
      "--json",
    );
    const scores = JSON.parse(stdout) as { split: string; monitors: { name: string }[]; each: unknown[] };
    expect([scores.split, scores.monitors.map(({ name }) => name), scores.each.length]).toEqual([
      "tuning",
      ["phi"],
      4,
    ]);
  });

  it("scores the rules to beat alone where no monitor is on", async () => {
    const { status, stdout } = await monitors("score", "--corpus", corpus, "--monitors", "default=off");
    expect(status).toBe(0);
    expect(stdout).toContain("No monitor is on");
    expect(stdout).toContain("rewardspy: any of these");
  });

  it("says of the default set that no recorded run has what it watches", async () => {
    const { status, stderr } = await monitors("score", "--corpus", corpus);
    expect(status).toBe(1);
    expect(stderr).toContain("monitor-not-recorded");
    expect(stderr).toContain("probe.sequenceKl");
  });

  it.each([
    [
      "an unknown series",
      "monitors: {mine: {on: promptFreeAgrement, detector: {kind: rise, by: 0.1}}}\n",
      "promptFreeAgreement",
    ],
    [
      "a detector without a bound",
      "monitors: {mine: {on: topShare, detector: {kind: rise}}}\n",
      "by or ratio",
    ],
    ["a key of another file", "steps: 10\nmonitors: {}\n", "steps"],
    ["a split that is none", "split: both\n", "split"],
    ["a split twice", "chosenOn: [tuning, tuning]\n", "each split once"],
  ])("refuses %s, without a stack", async (_, text, found) => {
    const { status, stdout, stderr } = await monitors("score", "--corpus", corpus, "--config", fileOf(text));
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(found);
    expect(stderr).toContain("monitors.yaml");
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("says where a corpus is to be had, and which line of one is broken", async () => {
    const missing = await monitors("score", "--corpus", join(folder, "none"));
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain("corpus-missing");
    const broken = join(folder, "broken");
    writeSplit(broken, "held-out", `${linesOf(plantedRuns("held-out", ["a"], 1))}{}\n`);
    const { status, stderr } = await monitors("score", "--corpus", broken);
    expect(status).toBe(1);
    expect(stderr).toContain("held-out.jsonl.gz:3");
  });
});

describe("list", () => {
  it("has the default set, every detector and every series", async () => {
    const { stdout } = await monitors("list", "--json");
    const listed = JSON.parse(stdout) as {
      default: object;
      detectors: object;
      series: Record<string, string[]>;
    };
    expect(Object.keys(listed.default)).toContain("driftFromBase");
    expect(Object.keys(listed.detectors)).toContain("canary");
    expect(listed.series.step).toContain("promptFreeAgreement");
    expect(listed.series.probe).toContain("flipRate");
    expect((await monitors("list")).stdout).toContain("eval.mean");
  });
});
