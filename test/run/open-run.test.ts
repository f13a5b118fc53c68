import fs from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { partialPath } from "../../src/io/fs/atomic.js";
import { createRun, openRun } from "../../src/run/open-run.js";
import { readRollouts } from "../../src/run/rollouts.js";
import { readRunInfo } from "../../src/run/run-info.js";
import { record, rows } from "./samples.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

const schema = z.strictObject({
  output: z.string(),
  steps: z.int(),
  seed: z.int(),
  checkpointEvery: z.int().default(10),
  adam: z.strictObject({ learningRate: z.number() }),
  levels: z.array(z.int()),
});
type Config = z.output<typeof schema>;

const config = (over: Partial<Config> = {}): Config => ({
  output: "runs/a",
  steps: 10,
  seed: 0,
  checkpointEvery: 10,
  adam: { learningRate: 1e-4 },
  levels: [1, 2],
  ...over,
});
const path = () => join(temporary.path, "runs", "a");
const create = (over: Partial<Config> = {}) => createRun(path(), "train", config(over));
const open = (over?: Partial<Config>) =>
  openRun(path(), "train", schema, over === undefined ? {} : { config: config(over) });
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("createRun", () => {
  it("makes the structure of a run directory", () => {
    const run = create();
    expect(fs.readdirSync(path()).sort()).toEqual(
      [
        "checkpoints",
        "config.yaml",
        "environment.json",
        "lock",
        "metrics.jsonl",
        "rollouts",
        "run.json",
      ].sort(),
    );
    expect(parse(fs.readFileSync(join(path(), "config.yaml"), "utf8"))).toEqual(config());
    expect(JSON.parse(fs.readFileSync(join(path(), "environment.json"), "utf8"))).toMatchObject([
      { node: process.version },
    ]);
    expect(readRunInfo(path())).toMatchObject({ kind: "train", status: "running" });
    run.close({ status: "finished" });
    expect(readRunInfo(path()).status).toBe("finished");
    expect(fs.existsSync(join(path(), "lock"))).toBe(false);
  });

  it("takes an empty folder, and the beginnings of a creation that was killed", () => {
    fs.mkdirSync(join(path(), "rollouts"), { recursive: true });
    fs.writeFileSync(join(path(), "metrics.jsonl"), "");
    fs.writeFileSync(join(path(), "config.yaml"), "steps: 1\n");
    fs.writeFileSync(partialPath(join(path(), "run.json")), "{");
    create().close();
    expect(parse(fs.readFileSync(join(path(), "config.yaml"), "utf8"))).toEqual(config());
  });

  it("refuses a folder that holds a run, with the remedy", () => {
    create().close();
    expect(() => create()).toThrow(
      expect.objectContaining({ code: "run-exists", remedy: expect.stringContaining("--resume") }),
    );
  });

  it("refuses a folder that holds something else, and leaves it as it was", () => {
    fs.mkdirSync(path(), { recursive: true });
    fs.writeFileSync(join(path(), "thesis.tex"), "");
    expect(() => create()).toThrow(expect.objectContaining({ code: "run-exists", found: ["thesis.tex"] }));
    expect(fs.readdirSync(path())).toEqual(["thesis.tex"]);
  });

  it.each([
    ["EACCES", "permission-denied"],
    ["EROFS", "read-only"],
    ["ENOSPC", "disk-full"],
  ])("says so where the folder cannot be made (%s)", (errno, expected) => {
    vi.spyOn(fs, "mkdirSync").mockImplementationOnce(() => {
      throw Object.assign(new Error("fake"), { code: errno });
    });
    expect(() => create()).toThrow(expect.objectContaining({ code: expected, where: path() }));
  });

  it("gives the lock up where it fails half-way", () => {
    vi.spyOn(fs, "ftruncateSync");
    const real = fs.renameSync;
    vi.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      if (String(to).endsWith("config.yaml")) throw Object.assign(new Error("fake"), { code: "ENOSPC" });
      real(from, to);
    });
    expect(() => create()).toThrow(code("disk-full"));
    vi.restoreAllMocks();
    create().close();
    expect(readRunInfo(path()).status).toBe("interrupted");
  });
});

describe("openRun", () => {
  it("continues with what is there, and repairs what a kill left", async () => {
    const first = create();
    first.append(record(1));
    await first.publishCheckpoint(1, async (folder) => fs.writeFileSync(join(folder, "f"), ""));
    first.close();
    fs.appendFileSync(join(path(), "metrics.jsonl"), '{"kind":"st');
    const leftovers = ["config.yaml", "rollouts/step-000002.parquet", "checkpoints/step-000002"];
    for (const name of leftovers) fs.writeFileSync(partialPath(join(path(), name)), "");

    const run = open();
    expect(run.config).toEqual(config());
    expect(run.metrics.records).toEqual([record(1)]);
    expect(run.latestCheckpoint()?.step).toBe(1);
    expect(readRunInfo(path()).status).toBe("running");
    run.close();
    expect(
      fs.readdirSync(path(), { recursive: true }).filter((name) => `${name}`.includes(".partial-")),
    ).toEqual([]);
    expect(JSON.parse(fs.readFileSync(join(path(), "environment.json"), "utf8"))).toHaveLength(2);
  });

  it("refuses a folder without a run, and creates nothing there", () => {
    expect(() => open()).toThrow(code("run-missing"));
    expect(fs.existsSync(path())).toBe(false);
  });

  it("refuses a run that is being written", () => {
    const run = create();
    expect(() => open()).toThrow(code("run-in-use"));
    run.close();
    open().close();
  });

  it("refuses a changed configuration, naming the keys, and gives the lock up", () => {
    create().close();
    const changed = { seed: 1, adam: { learningRate: 1e-3 }, levels: [1] };
    expect(() => open(changed)).toThrow(
      expect.objectContaining({
        code: "run-config-changed",
        found: { seed: 1, "adam.learningRate": 1e-3, levels: [1] },
        expected: { seed: 0, "adam.learningRate": 1e-4, levels: [1, 2] },
      }),
    );
    open().close();
  });

  it("allows what does not change the result, and more steps", () => {
    create().close();
    const wanted = { steps: 20, output: "elsewhere", checkpointEvery: 3 };
    open(wanted).close();
    expect(parse(fs.readFileSync(join(path(), "config.yaml"), "utf8"))).toEqual(config(wanted));
    expect(() => open({ steps: 19 })).toThrow(code("run-config-changed"));
  });

  it("does not allow more steps where the rules do not", () => {
    create().close();
    const rules = { free: [], growing: [] };
    expect(() => openRun(path(), "train", schema, { config: config({ steps: 20 }), rules })).toThrow(
      code("run-config-changed"),
    );
  });

  it("refuses a run of another kind, and a stored configuration that is damaged", () => {
    create().close();
    expect(() => openRun(path(), "pretrain", schema)).toThrow(code("run-kind-mismatch"));
    fs.writeFileSync(join(path(), "config.yaml"), "steps: many\n");
    expect(() => open()).toThrow(code("run-config-invalid"));
    fs.writeFileSync(join(path(), "run.json"), '{"format":2}');
    expect(() => open()).toThrow(code("run-unreadable"));
  });
});

describe("Run", () => {
  it("drops the rollouts of later steps where a resumed run diverges", async () => {
    const first = create();
    for (const step of [1, 2, 3]) {
      await first.writeRollouts(step, rows(step, 4));
      expect(first.append(record(step))).toBeNull();
    }
    first.close();
    const run = open();
    expect(run.append({ ...record(1), time: {} })).toBeNull();
    expect(run.append({ ...record(2), metrics: { agreement: 0 } })?.code).toBe("resume-diverged");
    run.close();
    expect(fs.readdirSync(run.rolloutsFolder)).toEqual(["step-000001.parquet", "step-000002.parquet"]);
    expect(await readRollouts(join(run.rolloutsFolder, "step-000002.parquet"))).toEqual(rows(2, 4));
  });

  it("records why it failed, until it is continued", () => {
    const error = { code: "gradient-not-finite", message: "NaN in a gradient." };
    create().close({ status: "failed", error });
    expect(readRunInfo(path())).toMatchObject({ status: "failed", error });
    open().close({ status: "finished" });
    expect(readRunInfo(path())).not.toHaveProperty("error");
  });

  it("gives the lock up even where the disk is full, and only once", () => {
    const run = create();
    vi.spyOn(fs, "fsyncSync").mockImplementation(() => {
      throw Object.assign(new Error("fake"), { code: "ENOSPC" });
    });
    expect(() => run.close({ status: "finished" })).toThrow(code("disk-full"));
    vi.restoreAllMocks();
    run.close({ status: "finished" });
    expect(readRunInfo(path()).status).toBe("running");
    open().close();
  });
});
