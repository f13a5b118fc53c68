/** A resumed run goes on from the newest checkpoint whose lines are all there, and says what is missing. */
import fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRun, openRun } from "../../src/run/open-run.js";
import type { MetricRecord } from "../../src/run/run-directory.js";
import type { RunKind } from "../../src/run/run-info.js";
import { record, rows } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const path = () => join(temporary.path, "run");
const metrics = () => join(path(), "metrics.jsonl");
const schema = { parse: (raw: unknown) => raw as object };

const evaluation = (step: number) => record(step, { kind: "eval" });
const validation = (step: number) => record(step, { kind: "validation" });
/** What a run of six steps writes that is evaluated every second step and validated every third. */
const lines: readonly MetricRecord[] = [
  evaluation(0),
  validation(0),
  ...[1, 2, 3, 4, 5, 6].flatMap((step) => [
    record(step),
    ...(step % 3 === 0 ? [validation(step)] : []),
    ...(step % 2 === 0 ? [evaluation(step)] : []),
  ]),
];

/** A run of that kind with checkpoints at these steps. */
async function made(checkpoints: readonly number[], kind: RunKind = "train"): Promise<void> {
  const run = createRun(path(), kind, {});
  const publish = (step: number) =>
    run.publishCheckpoint(step, async (folder) => fs.writeFileSync(join(folder, "weights"), `${step}`));
  for (const [i, line] of lines.entries()) {
    if (line.kind === "step" && kind === "train") await run.writeRollouts(line.step, rows(line.step, 2));
    run.append(line);
    if (lines[i + 1]?.step !== line.step && checkpoints.includes(line.step)) await publish(line.step);
  }
  run.close({ status: "finished" });
}

const write = (kept: readonly MetricRecord[]) =>
  fs.writeFileSync(metrics(), kept.map((line) => `${JSON.stringify(line)}\n`).join(""));

/** Where a run that is opened goes on, and its notes. */
function resumed(kind: RunKind = "train") {
  const run = openRun(path(), kind, schema);
  run.close();
  const { checkpoint, notes } = run.resumed;
  return { step: checkpoint?.step ?? null, codes: notes.map(({ code }) => code), notes };
}

const without = (...lost: MetricRecord[]) =>
  lines.filter((line) => !lost.some(({ kind, step }) => kind === line.kind && step === line.step));

describe("a run whose metrics lack lines", () => {
  it("goes on from its last checkpoint where nothing is missing before it", async () => {
    await made([0, 2, 4]);
    expect(resumed()).toMatchObject({ step: 4, codes: [] });
    write(lines.slice(0, lines.indexOf(lines.find((line) => line.step === 4 && line.kind === "eval")!) + 1));
    expect(resumed()).toMatchObject({ step: 4, codes: [] });
  });

  it.each([
    ["all of them", [], 0, "steps 1-4 and the evaluation of steps 0, 2, 4 and the validation of steps 0, 3"],
    [
      "the last",
      without(record(4), evaluation(4), record(5), record(6)),
      2,
      "step 4 and the evaluation of step 4",
    ],
    ["one step in the middle", without(record(2)), 0, "lacks step 2,"],
    ["an evaluation", without(evaluation(2)), 0, "the evaluation of step 2"],
    ["the first evaluation, whose policy is gone", without(evaluation(0)), 0, "the evaluation of step 0"],
    ["a validation", without(validation(3)), 2, "the validation of step 3"],
  ] as const)("%s: goes on from the last that they reach, and says why", async (_, kept, step, lost) => {
    await made([0, 2, 4]);
    write(kept);
    const found = resumed();
    expect(found).toMatchObject({ step, codes: ["resume-earlier"] });
    expect(found.notes[0]!.message).toContain(lost);
    // Nothing is given up: with the lines back, the last checkpoint is the one again.
    write(lines);
    expect(resumed()).toMatchObject({ step: 4, codes: [] });
  });

  it("is refused where no checkpoint is reached, and begins anew once they are deleted", async () => {
    await made([2, 4], "pretrain");
    fs.rmSync(metrics());
    expect(() => resumed("pretrain")).toThrow(
      expect.objectContaining({
        code: "metrics-incomplete",
        remedy: expect.stringContaining(join(path(), "checkpoints")),
      }),
    );
    expect(fs.existsSync(metrics())).toBe(false);
    fs.rmSync(join(path(), "checkpoints"), { recursive: true });
    expect(resumed("pretrain")).toMatchObject({ step: null, codes: [] });
  });

  it("never goes on over a hole, whatever is lost", async () => {
    await made([0, 1, 2, 3, 4, 5, 6]);
    fc.assert(
      fc.property(fc.subarray([...lines]), (kept) => {
        write(kept);
        const { step } = resumed();
        const needed = lines.filter((line) => step !== 0 && line.step <= step!);
        expect(needed.filter((line) => !kept.includes(line))).toEqual([]);
        // And no later checkpoint would do.
        const next = lines.filter((line) => line.step <= step! + 1);
        expect(step === 6 || next.some((line) => !kept.includes(line))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("drops later checkpoints where doing the steps again comes out otherwise", async () => {
    await made([0, 2, 4]);
    write(without(record(2)));
    const run = openRun(path(), "train", schema);
    expect(run.append(evaluation(0))).toBeNull();
    expect(run.append(record(1))).toBeNull();
    expect(run.append(record(2))).toBeNull();
    expect(run.listCheckpoints().map(({ step }) => step)).toEqual([0, 2, 4]);
    // What is ahead is not pruned, however few are to be kept.
    run.pruneCheckpoints(2, 1, [0]);
    expect(run.listCheckpoints().map(({ step }) => step)).toEqual([0, 2, 4]);
    expect(run.append(record(3, { metrics: { agreement: 0 } }))?.code).toBe("resume-diverged");
    expect(run.listCheckpoints().map(({ step }) => step)).toEqual([0, 2]);
    run.close();
  });
});

describe("a run whose files were deleted", () => {
  it("has its folders made again, and begins anew without a checkpoint", async () => {
    await made([0, 2, 4]);
    for (const name of ["rollouts", "checkpoints"]) fs.rmSync(join(path(), name), { recursive: true });
    const found = resumed();
    expect(found).toMatchObject({ step: null, codes: ["resume-anew"] });
    expect(found.notes[0]!.message).toContain("6 steps");
    expect(fs.readdirSync(path())).toEqual(expect.arrayContaining(["rollouts", "checkpoints"]));
  });

  it.each([
    ["deleted", (file: string) => fs.rmSync(file)],
    ["emptied", (file: string) => fs.truncateSync(file)],
    ["cut short", (file: string) => fs.truncateSync(file, fs.statSync(file).size - 20)],
    ["cut to its head", (file: string) => fs.truncateSync(file, 4)],
    ["cut by a byte", (file: string) => fs.truncateSync(file, fs.statSync(file).size - 1)],
  ])("says which rollouts before the checkpoint are %s", async (_, damage) => {
    await made([0, 2, 4]);
    for (const step of [2, 6]) damage(join(path(), "rollouts", `step-00000${step}.parquet`));
    const found = resumed();
    // Those of step 6 are written again.
    expect(found).toMatchObject({ step: 4, codes: ["rollouts-missing"] });
    expect(found.notes[0]!.message).toMatch(/rollouts of step 2 are .* checkpoints of step 2 and later/);
  });

  it.each([
    ["empty", ""],
    ["garbage", "\u0000\u0001garbage"],
    ["of another shape", '{"format":1,"kind":"train"}'],
    ["deleted", null],
  ])(
    "says that run.json is damaged where it is %s, and neither resumes nor begins there",
    async (_, text) => {
      await made([0]);
      const file = join(path(), "run.json");
      if (text === null) fs.rmSync(file);
      else fs.writeFileSync(file, text);
      const damaged = expect.objectContaining({ code: "run-damaged", where: file });
      expect(() => openRun(path(), "train", schema)).toThrow(damaged);
      if (text === null) expect(() => createRun(path(), "train", {})).toThrow(damaged);
    },
  );

  it("says that config.yaml is gone", async () => {
    await made([0]);
    fs.rmSync(join(path(), "config.yaml"));
    expect(() => openRun(path(), "train", schema)).toThrow(
      expect.objectContaining({ code: "run-config-missing", where: join(path(), "config.yaml") }),
    );
  });
});
