/** From a sweep's file to its jobs: what every run is given, and what is refused, with its place. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Job, JobConfig } from "../../../src/apps/jobs/job.js";
import { planSweep } from "../../../src/apps/sweep/plan.js";
import { ProblemsError } from "../../../src/config/problems.js";
import { type ErrorDetails, SelftrainError } from "../../../src/errors.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-sweep-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "sweep.yaml");

function plan(text: string) {
  writeFileSync(file, text);
  return planSweep(file, "out");
}

function problemsOf(text: string): readonly ErrorDetails[] {
  try {
    plan(text);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    if (error instanceof SelftrainError) return [error];
    throw error;
  }
  return [];
}

const config = "config:\n  model: m\n  output: elsewhere\n  prompts: { task: mental-sums }\n";

describe("the jobs of a sweep", () => {
  it("have the config that all share, with their own values, seed and folder, and one thread", () => {
    const { runs, jobs } = plan(`${config}sweep:\n  adam.learningRate: [1, 2]\nseeds: [3, 4]\n`);
    expect(jobs).toEqual(runs.map(({ job }) => job));
    expect(jobs.map(({ name }) => name)).toEqual([
      "lr=1,seed=3",
      "lr=1,seed=4",
      "lr=2,seed=3",
      "lr=2,seed=4",
    ]);
    expect(jobs[2]).toMatchObject({
      command: "train",
      config: {
        output: join("out", "lr=2,seed=3"),
        model: "m",
        seed: 3,
        adam: { learningRate: 2, beta1: 0.9 },
        engine: { threads: 1 },
      },
    });
    expect(jobs[2]).not.toHaveProperty("needs");
  });

  it("keep the seed and the threads of the config, where the sweep names none", () => {
    const { jobs } = plan(`${config}  seed: 7\n  engine: { threads: 3 }\nsweep:\n  steps: [1]\n`);
    expect(jobs[0]).toMatchObject({ name: "steps=1", config: { seed: 7, engine: { threads: 3 } } });
  });

  it("read a config, and a base, from files of their own", () => {
    const shared = join(folder, "train.yaml");
    writeFileSync(shared, "prompts: { task: mental-sums }\nmodel: elsewhere\n");
    const { jobs } = plan(
      `config: ${shared}\nbase: { prompts: { task: mental-sums }, seed: 5 }\nseeds: [0]\n`,
    );
    expect(jobs[0]).toMatchObject({
      name: "base",
      command: "pretrain",
      config: { output: "out/base", seed: 5 },
    });
    expect(jobs[1]).toMatchObject({ needs: ["base"], config: { model: "out/base", seed: 0 } });
  });

  it("have a base of each seed where that is asked for", () => {
    const { jobs } = plan(
      `${config}base: { prompts: { task: mental-sums } }\nbasePerSeed: true\nsweep: { steps: [1, 2] }\nseeds: [0, 1]\n`,
    );
    const seedOf = ({ config }: Job) => (config as JobConfig & { seed: number }).seed;
    expect(jobs.map((job) => [job.name, seedOf(job), job.needs])).toEqual([
      ["base,seed=0", 0, undefined],
      ["base,seed=1", 1, undefined],
      ["steps=1,seed=0", 0, ["base,seed=0"]],
      ["steps=1,seed=1", 1, ["base,seed=1"]],
      ["steps=2,seed=0", 0, ["base,seed=0"]],
      ["steps=2,seed=1", 1, ["base,seed=1"]],
    ]);
  });

  it("draw whole numbers where the config takes no others", () => {
    const { runs } = plan(
      `${config}search: random\nruns: 9\nsweep:\n  samplesPerPrompt: { min: 2, max: 40, scale: log }\n  klCoefficient: { min: 0, max: 1 }\n`,
    );
    const values = runs.map((run) => run.values.map(([, value]) => value as number));
    expect(values).toHaveLength(9);
    expect(values.every(([n]) => Number.isInteger(n))).toBe(true);
    expect(values.some(([, kl]) => !Number.isInteger(kl))).toBe(true);
  });

  it.each(["pretrain", "finetune", "reward-model"])("may be of %s", (command) => {
    const own: Readonly<Record<string, string>> = {
      pretrain: "{ prompts: { task: mental-sums } }",
      finetune: "{ model: m, prompts: { task: mental-sums } }",
      "reward-model": "{ model: m, votes: { from: labels } }",
    };
    expect(plan(`command: ${command}\nconfig: ${own[command]}\nseeds: [1]\n`).jobs[0]).toMatchObject({
      command,
    });
  });
});

describe("what is refused", () => {
  it.each([
    [
      "an unknown key, once for all runs",
      `${config}sweep:\n  samplesPerPromt: [1, 2]\nseeds: [0, 1]\n`,
      "config-unknown-key",
      "6:3",
      'did you mean "samplesPerPrompt"?',
    ],
    [
      "another trainer's key",
      `${config}sweep:\n  lr: [1]\n`,
      "config-unknown-key",
      "6:3",
      'lr is "adam.learningRate" here',
    ],
    [
      "an unknown key of the shared config",
      `${config}  stepz: 3\nseeds: [1]\n`,
      "config-unknown-key",
      "5:3",
      'did you mean "steps"?',
    ],
    [
      "an unknown key of the base",
      `${config}base:\n  prompts: { task: a }\n  slipp: 1\nseeds: [1]\n`,
      "config-unknown-key",
      "7:3",
      'did you mean "slip"?',
    ],
    [
      "a value that one run cannot have",
      `${config}sweep:\n  steps: [1, none]\n`,
      "config-invalid-value",
      "6:10",
      /^steps: /,
    ],
    [
      "a value that another key forbids",
      `${config}sweep:\n  samplesPerPrompt: [1, 2]\n`,
      "config-conflict",
      undefined,
      /./,
    ],
    [
      "an unknown key of the file",
      `${config}seedz: [1]\n`,
      "config-unknown-key",
      "5:1",
      'did you mean "seeds" or "seed"?',
    ],
    ["nothing that varies", config, "config-conflict", undefined, /give `sweep`/],
    ["a seed among the keys", `${config}sweep: { seed: [1] }\n`, "config-conflict", "5:16", /`seeds`/],
    [
      "a folder among the keys",
      `${config}sweep: { output: [a] }\n`,
      "config-conflict",
      "5:18",
      /folder of its own/,
    ],
    [
      "the model, beside a base",
      `${config}base: { prompts: { task: a } }\nsweep: { model: [a] }\n`,
      "config-conflict",
      "6:17",
      /one of the two/,
    ],
    [
      "a key and one within it",
      `${config}sweep: { adam: [{ beta1: 0.5 }], adam.beta2: [0.5] }\n`,
      "config-conflict",
      undefined,
      /one of the two/,
    ],
    [
      "a grid's range without points",
      `${config}sweep: { steps: { min: 1, max: 2 } }\n`,
      "config-conflict",
      "5:17",
      /points/,
    ],
    [
      "a range the wrong way round",
      `${config}sweep: { steps: { min: 2, max: 1, points: 2 } }\n`,
      "config-conflict",
      "5:17",
      /lower/,
    ],
    [
      "a logarithmic range from 0",
      `${config}sweep: { steps: { min: 0, max: 1, points: 2, scale: log } }\n`,
      "config-conflict",
      "5:17",
      /above 0/,
    ],
    [
      "a range without its end",
      `${config}sweep: { steps: { min: 0 } }\n`,
      "config-missing-key",
      "5:17",
      /max/,
    ],
    [
      "random search without a number",
      `${config}search: random\nsweep: { steps: [1] }\n`,
      "config-conflict",
      undefined,
      /runs/,
    ],
    [
      "a number of runs of a grid",
      `${config}runs: 3\nsweep: { steps: [1] }\n`,
      "config-conflict",
      "5:7",
      /random/,
    ],
    ["a seed twice", `${config}seeds: [1, 1]\n`, "config-conflict", "5:8", /once/],
    [
      "a base of each seed without seeds",
      `${config}basePerSeed: true\nsweep: { steps: [1] }\n`,
      "config-conflict",
      "5:14",
      /both/,
    ],
    [
      "a base of a base",
      "command: pretrain\nbase: { prompts: { task: a } }\nconfig: { prompts: { task: a } }\nseeds: [1]\n",
      "config-conflict",
      "2:7",
      /leave base out/,
    ],
    [
      "an objective that no run has",
      `${config}seeds: [1]\nobjective: { metric: eval.agrement }\n`,
      "config-conflict",
      "6:22",
      'did you mean "agreement"?',
    ],
    [
      "an objective without its kind",
      `${config}seeds: [1]\nobjective: { metric: mean }\n`,
      "config-conflict",
      "6:22",
      /^begin with eval\./,
    ],
    [
      "a config file that is not there",
      "config: nowhere.yaml\nseeds: [1]\n",
      "config-file",
      undefined,
      /check the path/,
    ],
  ] as const)("%s", (_, text, code, place, remedy) => {
    const problems = problemsOf(text);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    if (place !== undefined) expect(problems[0]!.where).toBe(`${file}:${place}`);
    expect(problems[0]!.remedy).toMatch(remedy);
  });
});
