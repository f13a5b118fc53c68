/** `selftrain replay`, end to end on a tiny run. */
import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { readRollouts, writeRollouts } from "../../src/run/rollouts.js";
import { tinyBase, tinyTraining } from "../training/loop/tiny-base.js";
import { fakeIo } from "./fake-io.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);

async function cli(...argv: string[]) {
  const io = fakeIo(["replay", ...argv]);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

beforeAll(async () => {
  await train(tinyTraining(base, at("run"), { steps: 2, evaluation: { size: 0 } }));
});

describe("selftrain replay", () => {
  it("ends with 0 and says so where nothing differs", async () => {
    const { status, stdout } = await cli(at("run"));
    expect(status).toBe(0);
    expect(stdout).toBe(
      "32 rollouts in 8 groups of 2 steps: answers, votes, rewards, advantages and metrics are the stored ones, bit for bit\n",
    );
  });

  it("says which steps are missing and ends with 1, whatever else is equal", async () => {
    const run = at("lost-rollouts");
    cpSync(at("run"), run, { recursive: true });
    rmSync(join(run, "rollouts/step-000001.parquet"));
    const text = "the rollouts of step 1 are missing or cut short";
    for (const argv of [[run], [run, "--vote.ties", "first"]]) {
      const { status, stdout } = await cli(...argv);
      expect(status).toBe(1);
      expect(stdout).toContain(`missing: ${text}`);
    }
    const { status, stdout } = await cli(run, "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      differenceCount: 0,
      missing: { metrics: [], rollouts: [1] },
    });
    expect((await cli(run, "--steps", "2")).status).toBe(0);

    writeFileSync(join(run, "metrics.jsonl"), "");
    const unlogged = await cli(run);
    expect(unlogged.status).toBe(1);
    expect(unlogged.stdout).toContain("missing: metrics.jsonl lacks steps 1-2");
  });

  it("shows what another configuration changes, from flags and a file, and ends with 0", async () => {
    const file = at("other.yaml");
    writeFileSync(file, "vote:\n  ties: first\nanswers:\n  regex: '#(\\d)'\n");
    const rows = at("rows");
    const { status, stdout, stderr } = await cli(
      ...[at("run"), "--config", file, "--agreement-threshold", "0.5", "--steps", "2", "--output", rows],
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const [title, , header, step, all] = stdout.split("\n");
    expect(title).toBe(
      '16 rollouts in 4 groups of 1 step under answers.regex: "#(\\\\d)", vote.ties: "first", agreementThreshold: 0.5',
    );
    expect(header).toMatch(
      /^step +answers +labels +rewards +advantages +agreement +label accuracy +hacking gap$/,
    );
    expect(step).toMatch(
      /^2 +1\d\/16 +[34]\/4 +\d+\/16 +\d+\/16 +[\d.]+% → [\d.]+% +[\d.]+% → 0\.0% +-?[\d.]+% → -?[\d.]+%$/,
    );
    expect(all).toMatch(/^all +1\d\/16/);
    expect(readdirSync(rows)).toEqual(["step-000002.parquet"]);
  });

  it("prints JSON on request", async () => {
    const { status, stdout } = await cli(at("run"), "--advantage", "grpo", "--json");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      same: false,
      changed: { advantage: "grpo" },
      total: { rollouts: 32, answers: 0 },
    });
    expect(result.steps.map(({ step }: { step: number }) => step)).toEqual([1, 2]);
    expect(result.differences[0]).toMatchObject({ step: 1, column: "advantage" });
  });

  it("ends with 1 where a stored value cannot be reproduced, and says which", async () => {
    const path = join(at("run"), "rollouts", "step-000002.parquet");
    const rows = await readRollouts(path);
    await writeRollouts(join(at("run"), "rollouts"), 2, rows.with(6, { ...rows[6]!, voteLabel: "nobody" }));
    const { status, stdout } = await cli(at("run"));
    await writeRollouts(join(at("run"), "rollouts"), 2, rows);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^1 values? of 32 rollouts in 8 groups of 2 steps .*:\nstep 2, group 1, sample 2: voteLabel is "nobody" and comes out as ("\d+"|null)\n$/,
    );
  });

  it("refuses what no replay can change, and steps that are none", async () => {
    expect(await cli(at("run"), "--learning-rate", "1")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown flag --learning-rate"),
    });
    expect(await cli(at("run"), "--steps", "two")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("steps two are neither one step nor a range of them"),
    });
    expect(await cli(at("run"), "--advantage", "dr-grpo")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("constant-length"),
    });
  });
});
