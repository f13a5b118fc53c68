/** Which prompts the probe has: never those that are trained on, others than are measured where there are enough. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type TrainConfigInput, trainConfigSchema } from "../../../src/config/train-config.js";
import { alphabetOf, CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { heldOutPool, trainingPool, validationPool } from "../../../src/training/start/pools.js";
import { probeLabels, probePool } from "../../../src/training/start/probe-pool.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const tokenizer = new CharacterTokenizer(alphabetOf("0123456789"));

function file(name: string, rows: number): string {
  const path = join(temporary.path, name);
  const line = (i: number) => JSON.stringify({ prompt: `What is ${i % (rows - 5)}?`, answer: String(i) });
  fs.writeFileSync(path, Array.from({ length: rows }, (_, i) => line(i)).join("\n"));
  return path;
}

async function pools(changes: Partial<TrainConfigInput>) {
  const config = trainConfigSchema.parse({ model: "m", output: "o", probe: { size: 8 }, ...changes });
  const trained = await trainingPool(config, tokenizer);
  const heldOut = await heldOutPool(config, tokenizer);
  const validation = await validationPool(config, heldOut, tokenizer);
  const measured = [heldOut, validation].filter((own) => own !== null);
  const probe = await probePool(config, { trained, measured }, tokenizer);
  const texts = (own: { prompts: readonly { text: string }[] }[]) =>
    own.flatMap(({ prompts }) => prompts.map(({ text }) => text));
  return {
    config,
    probe,
    trained: texts([trained]),
    measured: texts(measured),
    own: texts(probe ? [probe] : []),
  };
}

const common = (one: readonly string[], other: readonly string[]) =>
  one.filter((text) => other.includes(text));
const task = { task: "mental-sums", levels: { 4: 1 }, size: 96 };

describe("the prompts of the probe", () => {
  it.each<[string, () => Partial<TrainConfigInput>]>([
    ["a task", () => ({ prompts: task })],
    ["a task without evaluation", () => ({ prompts: task, evaluation: { size: 0 } })],
    [
      "a task that is evaluated on another",
      () => ({ prompts: task, evaluation: { prompts: { task: "gcd" } } }),
    ],
    ["test time", () => ({ prompts: { task: "mental-sums", levels: { 4: 1 } }, testTime: true })],
    ["a run with a validation", () => ({ prompts: task, validation: { size: 5 } })],
    [
      "a file that holds out enough",
      () => ({ prompts: { file: file("a.jsonl", 600) }, evaluation: { size: 9 } }),
    ],
    [
      "a file at test time",
      () => ({ prompts: { file: file("b.jsonl", 60) }, testTime: true, evaluation: { size: 20 } }),
    ],
  ])("of %s are neither trained on nor measured, and each is another", async (_, changes) => {
    const { own, trained, measured, probe } = await pools(changes());
    expect(own).toHaveLength(8);
    expect(new Set(own).size).toBe(8);
    expect(common(own, trained)).toEqual([]);
    expect(common(own, measured)).toEqual([]);
    expect(probe).toMatchObject({ shared: 0 });
  });

  it("of a curriculum are of all its levels", async () => {
    const stages = [{ 4: 1 }, { 6: 1 }, { 8: 1 }];
    const { probe, own, trained } = await pools({
      prompts: { task: "chain-sums", size: 32 },
      curriculum: { stages },
      probe: { size: 60 },
    });
    expect(new Set(probe!.prompts.map(({ id }) => probe!.levels!.get(id)))).toEqual(new Set([4, 6, 8]));
    expect(common(own, trained)).toEqual([]);
  });

  it("of a file that holds out few are measured ones for the rest, and how many is said", async () => {
    const { probe, own, trained, measured } = await pools({
      prompts: { file: file("c.jsonl", 200) },
      evaluation: { size: 10 },
      probe: { size: 16 },
    });
    expect(own).toHaveLength(16);
    expect(common(own, trained)).toEqual([]);
    expect(common(own, measured)).toHaveLength(probe!.shared);
    expect(probe!.shared).toBeGreaterThan(0);
  });

  it("are the same whatever else is configured, and have their labels in a replay", async () => {
    const { own, probe, config } = await pools({ prompts: task });
    expect((await pools({ prompts: task, steps: 3, reward: "random" })).own).toEqual(own);
    const labels = await probeLabels(config);
    for (const { id } of probe!.prompts) expect(labels.get(id)).toBe(probe!.labels.get(id));
  });

  it.each([undefined, { size: 0 }])("are none with probe %j", async (probe) => {
    expect((await pools({ prompts: task, probe })).probe).toBeNull();
  });

  it.each<[string, () => Partial<TrainConfigInput>, string]>([
    [
      "more than a file holds out",
      () => ({ prompts: { file: file("d.jsonl", 60) }, probe: { size: 40 } }),
      "lower probe.size",
    ],
    [
      "more than a task has",
      () => ({ prompts: { task: "gcd", levels: { 2: 1 }, size: 8 }, probe: { size: 1000 } }),
      "a level with more prompts",
    ],
    [
      "a file that is trained on whole",
      () => ({ prompts: { file: file("e.jsonl", 60) }, evaluation: { size: 0 } }),
      "give evaluation.size",
    ],
    [
      "a file of which no row would be held out",
      () => ({ prompts: { file: file("g.jsonl", 7) }, evaluation: { size: 0 } }),
      "give evaluation.size",
    ],
    [
      "a file that is trained on whole at test time",
      () => ({ prompts: { file: file("f.jsonl", 60) }, testTime: true }),
      "whose prompts are trained on at test time",
    ],
  ])("are refused of %s", async (_, changes, remedy) => {
    await expect(pools(changes())).rejects.toMatchObject({
      code: "probe-no-prompts",
      where: "probe.size",
      remedy: expect.stringContaining(remedy),
    });
  });
});

describe("keys of the probe", () => {
  it.each([
    ["size", { size: -1 }],
    ["size", { size: 2.5 }],
    ["samples", { samples: 1 }],
    ["every", { every: 0 }],
    ["evry", { evry: 5 }],
  ])("%s is refused where it makes no sense: %j", (key, probe) => {
    const parsed = trainConfigSchema.safeParse({ model: "m", output: "o", prompts: task, probe });
    expect(JSON.stringify(parsed.error?.issues)).toContain(`"${key}"`);
  });
});
