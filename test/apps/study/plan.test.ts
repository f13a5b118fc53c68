/** From a study's file to its jobs: chains, shared values, smoke values; and what is refused, with its place. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { builtInStudies } from "../../../src/apps/study/locate.js";
import { planStudy } from "../../../src/apps/study/plan.js";
import { ProblemsError } from "../../../src/config/problems.js";
import { type ErrorDetails, SelftrainError } from "../../../src/errors.js";
import { tinyStudy } from "./tiny-study.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-study-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "tiny.yaml");
function plan(value: object, options = {}) {
  writeFileSync(file, stringify(value));
  return planStudy(file, { output: "out", ...options });
}

function problemsOf(value: object): readonly ErrorDetails[] {
  try {
    plan(value);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    if (error instanceof SelftrainError) return [error];
    throw error;
  }
  return [];
}

describe("the jobs of a study", () => {
  it("are of each seed its base and its arms, each after what it starts from", () => {
    const { runs } = plan(tinyStudy);
    expect(runs.map(({ job }) => [job.name, job.command, job.needs])).toEqual(
      [3, 4].flatMap((seed) => [
        [`base,seed=${seed}`, "pretrain", undefined],
        [`first,seed=${seed}`, "train", [`base,seed=${seed}`]],
        [`second,seed=${seed}`, "train", [`first,seed=${seed}`]],
      ]),
    );
    expect(runs[2]!.job.config).toMatchObject({
      model: join("out", "first,seed=3"),
      output: join("out", "second,seed=3"),
      seed: 3,
      reward: "ground-truth",
      steps: 2,
      promptsPerStep: 2,
      engine: { threads: 1 },
    });
  });

  it("have smoke values over everything else, and other seeds", () => {
    const { runs, output, seeds } = plan(tinyStudy, { smoke: true, output: undefined });
    expect(output).toBe(join("runs", "studies", "tiny-smoke"));
    expect(seeds).toEqual([3]);
    expect(runs.map(({ job }) => (job.config as { steps?: number }).steps)).toEqual([2, 1, 1]);
  });
});

const changed = (change: (study: typeof tinyStudy & Record<string, unknown>) => void) => {
  const study = structuredClone(tinyStudy);
  change(study);
  return study;
};

describe("what is refused", () => {
  it.each<[string, object, string, RegExp]>([
    ["an unknown key of the file", { ...tinyStudy, seedz: [1] }, "config-unknown-key", /"seeds"/],
    [
      "an unknown key of an arm",
      changed(({ arms }) => Object.assign(arms.first.config, { stepz: 1 })),
      "config-unknown-key",
      /"steps"/,
    ],
    [
      "an arm from nowhere",
      changed(({ arms }) => Object.assign(arms.second, { from: "frst" })),
      "config-conflict",
      /"first"/,
    ],
    [
      "arms in a circle",
      changed(({ arms }) => Object.assign(arms.first, { from: "second" })),
      "config-conflict",
      /start from a base/,
    ],
    [
      "several bases and an arm that names none",
      changed(({ bases }) => Object.assign(bases, { other: {} })),
      "config-conflict",
      /give from/,
    ],
    [
      "a metric that there is not",
      changed(({ measures }) => Object.assign(measures.change, { metric: "eval.maen" })),
      "config-conflict",
      /"mean"/,
    ],
    [
      "a measure of an arm that there is not",
      changed(({ measures }) => Object.assign(measures.change, { arm: "thrid" })),
      "config-conflict",
      /the arms are base, first, second|did you mean/,
    ],
    [
      "a rule with two bounds",
      changed(({ predictions }) => Object.assign(predictions[0]!.rules[0]!, { above: 0 })),
      "config-conflict",
      /above, below or within/,
    ],
    [
      "a rule on no measure",
      changed(({ predictions }) => Object.assign(predictions[0]!.rules[0]!, { measure: "chnge" })),
      "config-conflict",
      /"change"/,
    ],
    ["a seed twice", { ...tinyStudy, seeds: [1, 1] }, "config-conflict", /once/],
    [
      "a folder outside",
      changed((study) => Object.assign(study.arms, { "../x": { from: "base" } })),
      "config-conflict",
      /letters/,
    ],
    [
      "a value that the study gives",
      changed(({ arms }) => Object.assign(arms.first.config, { seed: 7 })),
      "config-conflict",
      /leave it out/,
    ],
    [
      "a threshold figure without a threshold",
      changed(({ measures }) => Object.assign(measures.change, { metric: "threshold.maj" })),
      "config-conflict",
      /give threshold/,
    ],
  ])("%s", (_, value, code, remedy) => {
    const [first] = problemsOf(value);
    expect(first).toMatchObject({ code });
    expect(first!.remedy).toMatch(remedy);
    expect(first!.where).toContain(file);
  });
});

describe("the study of the docs", () => {
  it("can be planned, and tried", () => {
    const page = readFileSync("docs/how-to/study.md", "utf8");
    writeFileSync(file, page.split("```yaml\n")[1]!.split("```")[0]!);
    expect(planStudy(file).runs).toHaveLength(20);
    expect(planStudy(file, { smoke: true }).runs).toHaveLength(4);
  });
});

describe("the studies of the package", () => {
  const studies = builtInStudies();

  it("are of every claim, with enough seeds", () => {
    expect(studies.map(({ study }) => study.id)).toEqual([
      "ab",
      "c",
      "d",
      "e",
      "f",
      "g",
      "h",
      "i",
      "j",
      "k",
      "l",
      "m",
      "n",
      "o",
    ]);
    for (const { study } of studies) expect(study.seeds.length).toBeGreaterThanOrEqual(5);
    const hours = studies.reduce((sum, { study }) => sum + study.minutes, 0) / 60;
    expect(hours).toBeLessThan(40);
  });

  it.each(studies.map(({ study, path }) => [study.id, path]))("%s can be planned, and tried", (_, path) => {
    const full = planStudy(path);
    const smoke = planStudy(path, { smoke: true });
    expect(smoke.runs.length).toBeLessThan(full.runs.length);
    for (const plot of full.study.plots) expect(plot.arms?.length ?? 0).toBeLessThanOrEqual(8);
  });
});
