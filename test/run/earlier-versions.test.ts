/**
 * Runs that an earlier version made still resume, replay, are evaluated and reported. `fixtures/earlier-versions/VERSION` holds one of each kind, small; made
 * by that version, never remade.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "./temporary.js";

const fixtures = new URL("../fixtures/earlier-versions/", import.meta.url).pathname;
const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
const folder = temporaryFolder();

const selftrain = async (...argv: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [main, ...argv], { cwd: folder.path })).stdout;

const lines = (run: string): string[] =>
  readFileSync(join(folder.path, run, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n");

/** Kind and step of every line: what a run has recorded, and in which order. */
const recorded = (run: string): string[] =>
  lines(run).map((line) => {
    const { kind, step } = JSON.parse(line) as { kind: string; step: number };
    return `${kind} ${step}`;
  });

const metricsOf = (line: string) =>
  (JSON.parse(line) as { metrics: Record<string, number | string | null> }).metrics;

describe.each(readdirSync(fixtures))("runs of version %s", (version) => {
  beforeEach(() => cpSync(join(fixtures, version), folder.path, { recursive: true }));

  it("are listed with their state", async () => {
    const runs = JSON.parse(await selftrain("runs", ".", "--json")) as { path: string; status: string }[];
    const status = Object.fromEntries(runs.map((run) => [run.path.replace(/^.*\//, ""), run.status]));
    expect(status).toEqual({
      base: "finished",
      dpo: "finished",
      finished: "finished",
      killed: "interrupted",
      "reward-model": "finished",
    });
  });

  it("resume after a kill, through a change of stage, with the lines that were there", async () => {
    const before = lines("killed");
    const notices = await selftrain("train", "--resume", "killed");
    // What the checkpoint of step 3 holds stays as it was. Step 4 was done again: the same bits on the same kind of processor, else the same
    // figures but for rounding, and the run says so.
    const kept = before.slice(0, -1);
    expect(lines("killed").slice(0, kept.length)).toEqual(kept);
    const [was, redone] = [before, lines("killed")].map((all) => metricsOf(all[kept.length]!));
    if (before[kept.length] !== lines("killed")[kept.length]) expect(notices).toContain("step 4");
    for (const [name, value] of Object.entries(was!)) {
      const same = typeof value === "number" ? expect.closeTo(value, 4) : value;
      expect({ [name]: redone![name] }).toEqual({ [name]: same });
    }
    expect(recorded("killed")).toEqual([
      "eval 0",
      "step 1",
      "step 2",
      "step 3",
      "eval 3",
      "step 4",
      "step 5",
      "step 6",
      "eval 6",
    ]);
    expect(existsSync(join(folder.path, "killed/checkpoints/step-000006/model.safetensors"))).toBe(true);
    const stages = lines("killed").flatMap((line) => /"stage":(\d)/.exec(line)?.[1] ?? []);
    expect(stages.map(Number)).toEqual([1, 1, 2, 2, 2, 2]);
  });

  it("go on for more steps", async () => {
    const before = lines("finished");
    await selftrain("train", "--resume", "finished", "--steps", "8");
    expect(lines("finished").slice(0, before.length)).toEqual(before);
    expect(recorded("finished").slice(before.length)).toEqual(["step 7", "step 8", "eval 8"]);
  });

  it.each(["finished", "killed"])("replay to the same bits: %s", async (run) => {
    expect(await selftrain("replay", run)).toContain("bit for bit");
  });

  it("are reported", async () => {
    await selftrain("report", "finished", "killed", "dpo", "--output", "report.html");
    const page = readFileSync(join(folder.path, "report.html"), "utf8");
    for (const run of ["finished", "killed", "dpo"]) expect(page).toContain(run);
  });

  it("are measured, exported and go on as models", async () => {
    const result = JSON.parse(await selftrain("eval", "finished", "--samples", "2", "--size", "4", "--json"));
    expect(result).toMatchObject({ prompts: 4 });
    await selftrain("export", "dpo", "--output", "model");
    expect(existsSync(join(folder.path, "model/model.safetensors"))).toBe(true);
    await selftrain("select", "labels", "--fraction", "0.5", "--output", "easy.jsonl");
    expect(readFileSync(join(folder.path, "easy.jsonl"), "utf8").trim().split("\n").length).toBeGreaterThan(
      0,
    );
    await selftrain("reward-model", "eval", "reward-model", "--from", "labels", "--split", "whole");
  });
});
