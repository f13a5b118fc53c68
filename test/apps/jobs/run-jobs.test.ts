/** The scheduler on runs of a model of a few hundred parameters, each in a process of its own. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JOB_COMMANDS } from "../../../src/apps/jobs/commands.js";
import type { Job, JobCommand, JobConfig, JobEvent, JobsView } from "../../../src/apps/jobs/job.js";
import { type JobsOptions, runJobs } from "../../../src/apps/jobs/run-jobs.js";
import { readMetrics } from "../../../src/run/metrics-log.js";
import { readRunInfo } from "../../../src/run/run-info.js";

const root = mkdtempSync(join(tmpdir(), "selftrain-jobs-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const program = [process.execPath, resolve("dist/cli/main.js")];
const plenty = { jobs: 2, threads: 8, memory: 2 ** 40 };
let count = 0;
const newFolder = () => join(root, `jobs-${count++}`);

const evaluation = { size: 4, samples: 2 };
const prompts = { task: "mental-sums", size: 16 };
const model = { hiddenSize: 16, layers: 1, heads: 2, feedForward: 16, contextLength: 32 };

function job(folder: string, name: string, command: JobCommand, keys: object, needs: string[] = []): Job {
  const config = JOB_COMMANDS[command].schema.parse({
    output: join(folder, name),
    prompts,
    evaluation,
    engine: { threads: 1 },
    ...keys,
  }) as JobConfig;
  return { name, command, config, needs };
}

const base = (folder: string, name = "base", keys: object = {}) =>
  job(folder, name, "pretrain", { model, steps: 2, batchSize: 4, ...keys });
const training = { promptsPerStep: 2, samplesPerPrompt: 2, maxNewTokens: 4, steps: 2 };
const train = (folder: string, name: string, keys: object = {}) =>
  job(folder, name, "train", { model: join(folder, "base"), ...training, ...keys }, ["base"]);

/** Results by name, the events, and how many ran at once at most. */
async function run(folder: string, jobs: readonly Job[], options: Partial<JobsOptions> = {}) {
  const events: JobEvent[] = [];
  const views: JobsView[] = [];
  const results = await runJobs(jobs, {
    folder,
    program,
    limits: plenty,
    ...options,
    observer: (event, view) => {
      events.push(event);
      views.push(view);
      options.observer?.(event, view);
    },
  });
  const begun = events.flatMap((event) => (event.type === "begin" ? [event.job.name] : []));
  return {
    results,
    status: Object.fromEntries(results.map(({ job: { name }, status }) => [name, status])),
    begun,
    views,
    most: Math.max(0, ...views.map(({ running }) => running)),
  };
}

const stepsOf = (folder: string, name: string): number => {
  const path = join(folder, name, "metrics.jsonl");
  return existsSync(path) ? readMetrics(path).filter(({ kind }) => kind === "step").length : 0;
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((done) => setTimeout(done, 20));
};

describe("jobs", () => {
  it("run after what they need, side by side, by one process, and are kept by the next call", async () => {
    const folder = newFolder();
    // Not in the order in which they can run.
    const jobs = [train(folder, "a"), train(folder, "b", { seed: 1 }), base(folder)];
    const first = run(folder, jobs);
    await expect(run(folder, jobs)).rejects.toMatchObject({ code: "run-in-use" });
    const { status, begun, most, views } = await first;
    expect(status).toEqual({ a: "finished", b: "finished", base: "finished" });
    expect(begun[0]).toBe("base");
    expect(most).toBe(2);
    expect(views.at(-1)).toEqual({ total: 3, finished: 3, failed: 0, running: 0, secondsLeft: 0 });
    expect(stepsOf(folder, "a")).toBe(2);
    expect(existsSync(join(folder, "lock"))).toBe(false);
    const again = await run(folder, jobs);
    expect(again.begun).toEqual([]);
    expect(again.results.map(({ seconds }) => seconds)).toEqual([null, null, null]);
  });

  it.each([
    ["one of two", 1.5, 2, 1],
    ["two of three", 2.5, 3, 2],
  ])("are as many at once as memory allows by their plans: %s", async (_, share, total, most) => {
    const folder = newFolder();
    const jobs = ["a", "b", "c"].slice(0, total).map((name) => base(folder, name));
    const { memory } = await JOB_COMMANDS.pretrain.plan(jobs[0]!.config, {});
    const limits = { jobs: 9, threads: 9, memory: share * memory.total };
    const result = await run(folder, jobs, { limits });
    expect(result.most).toBe(most);
    expect(new Set(Object.values(result.status))).toEqual(new Set(["finished"]));
  });

  it("do not stop one another, and say why they failed; the same call tries again", async () => {
    const folder = newFolder();
    const broken = train(folder, "broken", {
      prompts: { file: join(folder, "prompts.jsonl") },
      evaluation: { size: 0 },
    });
    const jobs = [
      base(folder),
      base(folder, "other", { prompts: { task: "mental-sums", levels: { 99: 1 } } }),
      job(folder, "of-other", "train", { model: join(folder, "other"), ...training }, ["other"]),
      broken,
      train(folder, "good"),
    ];
    const { status, results } = await run(folder, jobs);
    expect(status).toEqual({
      base: "finished",
      other: "failed",
      "of-other": "failed",
      broken: "failed",
      good: "finished",
    });
    const codes = results.map(({ error }) => error?.code);
    expect(codes).toEqual([undefined, "task-level-unknown", "job-needs", "file-unreadable", undefined]);
    writeFileSync(join(folder, "prompts.jsonl"), '{"prompt":"1+1="}\n{"prompt":"1+2="}\n');
    const again = await run(folder, jobs);
    expect(again.begun).toEqual(["broken"]);
    expect(again.status).toMatchObject({ broken: "finished" });
  });

  it("has the error that the process itself printed", async () => {
    const folder = newFolder();
    const port = 9;
    // Nothing answers there, which the plan does not look at.
    const silent = train(folder, "silent", {
      reward: "http",
      rewardUrl: `http://127.0.0.1:${port}/`,
      rewardRetries: 0,
    });
    const { results } = await run(folder, [base(folder), silent]);
    expect(results[1]).toMatchObject({
      status: "failed",
      error: { code: expect.stringMatching(/^reward-/) },
    });
    expect(readRunInfo(join(folder, "silent")).status).toBe("failed");
  });

  it("goes on with a run whose process was killed, to the same bytes", async () => {
    const folder = newFolder();
    const long = { steps: 40, checkpointEvery: 3 };
    const jobs = [base(folder), train(folder, "killed", long), train(folder, "whole", long)];
    const first = run(folder, jobs);
    await until(() => stepsOf(folder, "killed") > 4);
    const { pid } = JSON.parse(readFileSync(join(folder, "killed/lock"), "utf8")) as { pid: number };
    process.kill(pid, "SIGKILL");
    const { status, results } = await first;
    expect(status).toEqual({ base: "finished", killed: "failed", whole: "finished" });
    expect(results[1]!.error).toMatchObject({ code: "job-killed", found: "SIGKILL" });
    const second = await run(folder, jobs);
    expect(second.begun).toEqual(["killed"]);
    const records = (name: string) =>
      readMetrics(join(folder, name, "metrics.jsonl")).map(({ time: _, ...record }) => record);
    expect(second.status.killed).toBe("finished");
    expect(records("killed")).toEqual(records("whole"));
  });

  it("lets its runs save where it is stopped, and begins no other", async () => {
    const folder = newFolder();
    const stop = new AbortController();
    const jobs = [base(folder), train(folder, "a", { steps: 400 }), train(folder, "b", { steps: 4 })];
    const first = run(folder, jobs, { signal: stop.signal, limits: { ...plenty, jobs: 1 } });
    await until(() => stepsOf(folder, "a") > 1);
    stop.abort();
    const { status } = await first;
    expect(status).toEqual({ base: "finished", a: "stopped", b: "waiting" });
    expect(readRunInfo(join(folder, "a")).status).toBe("interrupted");
    expect(existsSync(join(folder, "b"))).toBe(false);
  });

  it("waits for another process that writes in a run directory", async () => {
    const folder = newFolder();
    const jobs = [base(folder), train(folder, "a", { steps: 60 })];
    await run(folder, jobs.slice(0, 1));
    const other = spawn(program[0]!, [
      program[1]!,
      ...["train", "--model", join(folder, "base"), "--output", join(folder, "a"), "--task", "mental-sums"],
      ...["--prompts.size", "16", "--evaluation.size", "4", "--evaluation.samples", "2", "--threads", "1"],
      ...["--prompts-per-step", "2", "--samples-per-prompt", "2", "--max-new-tokens", "4", "--steps", "60"],
    ]);
    const ended = new Promise((done) => other.once("exit", done));
    await until(() => stepsOf(folder, "a") > 0);
    // As a sweep whose process was killed leaves it.
    writeFileSync(join(folder, "jobs/a.yaml"), readFileSync(join(folder, "a/config.yaml")));
    const events: string[] = [];
    const { status } = await run(folder, jobs, { observer: ({ type }) => events.push(type) });
    expect(events).toEqual(["held", "end"]);
    expect(status.a).toBe("finished");
    expect(await ended).toBe(0);
  });
});

describe("a folder of jobs", () => {
  const folder = newFolder();
  beforeAll(async () => {
    await run(folder, [base(folder), train(folder, "a")]);
  });

  it.each([
    ["a changed value", { steps: 3 }, { steps: 3 }, { steps: 2 }],
    [
      "a value that is new",
      { lora: { rank: 2 } },
      expect.objectContaining({ "lora.rank": 2 }),
      expect.objectContaining({ "lora.rank": null }),
    ],
    [
      "a changed value within a map",
      { adam: { learningRate: 0.5 } },
      { "adam.learningRate": 0.5 },
      { "adam.learningRate": 5e-5 },
    ],
  ])("refuses %s, before anything begins", async (_, keys, found, expected) => {
    const before = readdirSync(folder, { recursive: true });
    const changed = [base(folder), train(folder, "a", keys), train(folder, "b")];
    await expect(run(folder, changed)).rejects.toMatchObject({ code: "jobs-changed", found, expected });
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  it("refuses to forget a job", async () => {
    await expect(run(folder, [base(folder)])).rejects.toMatchObject({ code: "jobs-unknown", found: ["a"] });
  });

  it("may be moved, and takes more jobs", async () => {
    const moved = newFolder();
    renameSync(folder, moved);
    const jobs = [base(moved), train(moved, "a"), train(moved, "b")];
    expect((await run(moved, jobs)).begun).toEqual(["b"]);
    renameSync(moved, folder);
  });

  it("refuses a run that no job began", async () => {
    rmSync(join(folder, "jobs"), { recursive: true });
    await expect(run(folder, [base(folder)])).rejects.toMatchObject({ code: "jobs-foreign" });
  });

  it("refuses jobs that need each other", async () => {
    const round = newFolder();
    const jobs = [
      { ...base(round, "a"), needs: ["b"] },
      { ...base(round, "b"), needs: ["a"] },
    ];
    await expect(run(round, jobs)).rejects.toThrow("need each other");
  });
});
