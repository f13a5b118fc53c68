import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { listRuns } from "../../src/run/list-runs.js";
import { createRun } from "../../src/run/open-run.js";
import { record, rows } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const trainConfig = { steps: 10, model: "models/base", prompts: { task: "gcd" } };
const at = (...names: string[]) => join(temporary.path, ...names);

describe("listRuns", () => {
  it("summarises runs at any depth, oldest first", async () => {
    const finished = createRun(at("demo", "srt"), "train", trainConfig);
    finished.append(record(0, { kind: "eval", metrics: { mean: 0.25 } }));
    for (const step of [1, 2]) {
      await finished.writeRollouts(step, rows(step, 1));
      finished.append(record(step, { metrics: { agreement: step === 1 ? 0.5 : 0.75 } }));
    }
    finished.append(record(2, { kind: "eval", metrics: { mean: 0.5 } }));
    finished.close({ status: "finished" });
    const running = createRun(at("base"), "pretrain", {
      steps: 700,
      model: {},
      prompts: { file: "p.jsonl" },
    });

    const [first, second] = listRuns(temporary.path);
    expect(first).toMatchObject({
      path: at("demo", "srt"),
      kind: "train",
      prompts: "gcd",
      model: "models/base",
      stepsDone: 2,
      stepsPlanned: 10,
      accuracy: 0.5,
      agreement: 0.75,
      status: "finished",
      problem: null,
    });
    expect(second).toMatchObject({
      path: at("base"),
      kind: "pretrain",
      prompts: "p.jsonl",
      model: null,
      stepsDone: 0,
      accuracy: null,
      agreement: null,
      status: "running",
    });
    running.close();
    expect(listRuns(at("base"))).toMatchObject([{ status: "interrupted" }]);
  });

  it("says what a run has lost", async () => {
    const run = createRun(at("holes"), "train", trainConfig);
    for (const step of [1, 3, 4]) await run.writeRollouts(step, rows(step, 1));
    for (const step of [1, 2, 4]) run.append(record(step));
    run.close({ status: "finished" });
    expect(listRuns(temporary.path)).toMatchObject([
      {
        status: "finished",
        problem: "metrics.jsonl lacks step 3; the rollouts of step 2 are missing or cut short",
      },
    ]);
  });

  it("tells a killed run from a running one, and says why one failed", () => {
    createRun(at("killed"), "train", trainConfig);
    fs.rmSync(at("killed", "lock"));
    createRun(at("failed"), "train", trainConfig).close({
      status: "failed",
      error: { code: "c", message: "NaN in a gradient." },
    });
    const found = Object.fromEntries(listRuns(temporary.path).map((run) => [run.path, run]));
    expect(found[at("killed")]?.status).toBe("interrupted");
    expect(found[at("failed")]).toMatchObject({ status: "failed", problem: "NaN in a gradient." });
  });

  it("lists a damaged run as such, among the others", () => {
    createRun(at("good"), "train", trainConfig).close();
    createRun(at("bad"), "train", trainConfig).close();
    fs.writeFileSync(at("bad", "config.yaml"), "prompts: [");
    expect(listRuns(temporary.path).map(({ path, status }) => [path, status])).toEqual([
      [at("bad"), "damaged"],
      [at("good"), "interrupted"],
    ]);
  });

  it("finds nothing where there is nothing, and says where the folder is missing", () => {
    fs.mkdirSync(at(".hidden", "x"), { recursive: true });
    expect(listRuns(temporary.path)).toEqual([]);
    expect(() => listRuns(at("missing"))).toThrow(expect.objectContaining({ code: "file-missing" }));
  });
});
