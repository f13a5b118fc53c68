import { describe, expect, it } from "vitest";
import { drawProblem } from "../../src/data/draw.js";
import { levelAt, mixtureOf } from "../../src/data/mixture.js";
import { generateRows, rowAt } from "../../src/data/rows.js";
import { fileProportions, type Split, splitOf } from "../../src/data/split.js";
import { listTasks, taskNamed } from "../../src/data/tasks/registry.js";

const plain = { slip: 0, direct: 0 };
const slipping = { slip: 0.3, direct: 0 };

const splits: readonly Split[] = ["pretrain", "train", "test"];

describe("splitOf", () => {
  const prompts = Array.from({ length: 5000 }, (_, i) => `g${i},${i + 1}=`);

  it("divides prompts in the stated proportions", () => {
    const share = (split: Split) =>
      prompts.filter((prompt) => splitOf(prompt) === split).length / prompts.length;
    // Three standard deviations of a binomial share over 5000 prompts are at most 0.021.
    expect(Math.abs(share("pretrain") - 0.6)).toBeLessThan(0.021);
    expect(Math.abs(share("train") - 0.3)).toBeLessThan(0.021);
    expect(Math.abs(share("test") - 0.1)).toBeLessThan(0.021);
  });

  it("takes other proportions", () => {
    for (const prompt of prompts.slice(0, 50)) {
      expect(splitOf(prompt, { pretrain: 1, train: 0, test: 0 })).toBe("pretrain");
      expect(splitOf(prompt, { pretrain: 0, train: 0, test: 1 })).toBe("test");
    }
  });

  it("holds out the same prompts of a file as of a task", () => {
    for (const prompt of prompts) {
      expect(splitOf(prompt, fileProportions) === "test").toBe(splitOf(prompt) === "test");
    }
  });
});

describe("procedural rows", () => {
  it.each(listTasks().map((task) => ({ name: task.name, task })))("of $name never leak", ({ task }) => {
    const level = task.levels[0]?.level as number;
    const prompts = splits.map(
      (split) =>
        new Set(
          [0, 1, 2].flatMap((seed) =>
            [...generateRows(task, level, 100, split, seed, plain)].map((row) => row.prompt),
          ),
        ),
    ) as [Set<string>, Set<string>, Set<string>];
    const [pretrain, train, test] = prompts;
    for (const prompt of test) expect(pretrain.has(prompt) || train.has(prompt)).toBe(false);
    for (const prompt of train) expect(pretrain.has(prompt)).toBe(false);
  });

  it("depend on position alone", () => {
    const task = taskNamed("sorting");
    const rows = [...generateRows(task, 4, 30, "pretrain", 5, slipping)];
    expect(rowAt({ task, level: 4, split: "pretrain", seed: 5, index: 17 }, slipping)).toEqual(rows[17]);
    expect([...generateRows(task, 4, 30, "pretrain", 5, slipping)]).toEqual(rows);
  });

  it("of neighbouring seeds do not overlap", () => {
    const task = taskNamed("sorting");
    const [first, second] = [0, 1].map(
      (seed) => new Set([...generateRows(task, 5, 200, "train", seed, plain)].map((row) => row.prompt)),
    ) as [Set<string>, Set<string>];
    expect([...first].filter((prompt) => second.has(prompt))).toEqual([]);
  });

  it("carry the true answer whatever slips, and the same prompts", () => {
    const task = taskNamed("gcd");
    const careful = [...generateRows(task, 3, 100, "pretrain", 0, plain)];
    const careless = [...generateRows(task, 3, 100, "pretrain", 0, { slip: 0.5, direct: 0 })];
    expect(careless.map(({ prompt, answer }) => [prompt, answer])).toEqual(
      careful.map(({ prompt, answer }) => [prompt, answer]),
    );
    for (const { completion, answer } of careful) expect(completion.endsWith(`#${answer}`)).toBe(true);
    const wrong = careless.filter(({ completion, answer }) => !completion.endsWith(`#${answer}`));
    expect(wrong.length).toBeGreaterThan(30);
  });

  it("state the true answer at once in the share of solutions that `direct` says, and leave the others as they were", () => {
    const task = taskNamed("addition");
    const worked = [...generateRows(task, 3, 400, "pretrain", 0, { slip: 0.5, direct: 0 })];
    const mixed = [...generateRows(task, 3, 400, "pretrain", 0, { slip: 0.5, direct: 0.25 })];
    const atOnce = mixed.filter(({ completion, answer }) => completion === `#${answer}`);
    // Four standard deviations of a binomial count of 400 at 0.25.
    expect(Math.abs(atOnce.length - 100)).toBeLessThan(35);
    const rest = mixed.flatMap((row, i) => (row.completion.startsWith("#") ? [] : [[row, worked[i]]]));
    expect(rest).toHaveLength(400 - atOnce.length);
    for (const [row, same] of rest) expect(row).toEqual(same);
    const all = [...generateRows(task, 3, 50, "pretrain", 0, { slip: 0.5, direct: 1 })];
    expect(all.every(({ completion, answer }) => completion === `#${answer}`)).toBe(true);
  });
});

describe("drawProblem", () => {
  it("says with figures that a prompt space is exhausted", () => {
    const task = taskNamed("gcd");
    const key = { task, level: 2, split: "test" as Split, seed: 0, index: 0 };
    const nothing = { pretrain: 1, train: 0, test: 0 };
    expect(() => drawProblem(key, new Set(), nothing)).toThrowError(
      expect.objectContaining({
        code: "prompt-space-exhausted",
        found: 0,
        where: "gcd level 2, test split",
        message: expect.stringContaining("10000 belonged to other splits"),
      }),
    );
  });
});

describe("level mixtures", () => {
  const task = taskNamed("gcd");

  it("keep the weights in every stretch", () => {
    const mixture = mixtureOf(task, { 2: 2, 3: 1 });
    for (const start of [0, 1000]) {
      const levels = Array.from({ length: 300 }, (_, i) => levelAt(mixture, 3, start + i));
      expect(Math.abs(levels.filter((level) => level === 2).length - 200)).toBeLessThanOrEqual(5);
    }
  });

  it("default to the first level", () => {
    expect(mixtureOf(task)).toEqual([{ level: 2, weight: 1 }]);
  });

  it("refuse a level that the task lacks", () => {
    expect(() => mixtureOf(task, { 2: 1, 7: 1 })).toThrowError(
      expect.objectContaining({ code: "task-level-unknown", found: 7 }),
    );
  });
});
