/** The card of an export says what the run says: read back here from runs of an earlier version, changed where a case needs it. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { exportModel } from "../../../src/apps/export/export-model.js";
import { exportConfigSchema } from "../../../src/config/export-config.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { models } from "../../model/fixtures.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const here = (name: string) => join(temporary.path, name);
const earlier = new URL("../../fixtures/earlier-versions/0.1.0/", import.meta.url).pathname;

type Json = Record<string, unknown>;

function runOf(
  kind: string,
  config: Json = {},
  change: (record: MetricRecord) => MetricRecord | null = (r) => r,
): string {
  const folder = here("secret-place/run");
  fs.cpSync(join(earlier, kind), folder, { recursive: true });
  const path = join(folder, "config.yaml");
  const stored = parse(fs.readFileSync(path, "utf8")) as Json;
  fs.writeFileSync(path, stringify({ ...stored, ...config }));
  const metrics = join(folder, "metrics.jsonl");
  const records = fs.readFileSync(metrics, "utf8").trimEnd().split("\n");
  const kept = records.flatMap((line) => change(JSON.parse(line) as MetricRecord) ?? []);
  fs.writeFileSync(metrics, kept.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return folder;
}

async function cardOf(model: string): Promise<{ front: Json; text: string }> {
  const output = here("secret-place/out");
  await exportModel(exportConfigSchema.parse({ model, output }));
  const text = fs.readFileSync(join(output, "README.md"), "utf8");
  expect(text).not.toContain("secret-place");
  expect(text).not.toContain(temporary.path);
  expect(text).not.toContain("undefined");
  const [, front] = /^---\n([\s\S]*?)\n---\n/.exec(text)!;
  return { front: parse(front!) as Json, text };
}

const commit = "0123456789abcdef0123456789abcdef01234567";
const evaluation = (metrics: Json) => (record: MetricRecord) =>
  record.kind === "eval" && record.step === 6
    ? { ...record, metrics: { ...record.metrics, ...(metrics as MetricRecord["metrics"]) } }
    : record;

describe("the card of a run", () => {
  it("tells its settings and what it measured, with intervals", async () => {
    const { front, text } = await cardOf(runOf("finished"));
    expect(front).toEqual({
      library_name: "transformers",
      pipeline_tag: "text-generation",
      tags: ["selftrain", "reinforcement-learning", "self-training"],
    });
    for (const row of [
      "| base model | `base` |",
      "| prompts | `task mental-sums` |",
      "| reward | `majority` |",
      "| steps | `6` |",
      "| learning rate | `0.0001` |",
      "| seed | `0` |",
      "| selftrain | `0.1.0` |",
      "| accuracy, mean of 4 samples | 3.1% (0.0% to 9.4%) | 3.1% (0.0% to 9.4%) |",
      "On 8 held-out prompts, 4 samples each at temperature 1",
      "Training used no true answers",
    ])
      expect(text).toContain(row);
    expect(text).not.toContain("Warning");
    expect(text).not.toContain("license");
  });

  it("names models and data sets of the hub, and of paths the last part", async () => {
    const hub = { model: `org/base@${commit}`, prompts: { file: `hf:datasets/org/math@${commit}` } };
    const { front, text } = await cardOf(runOf("finished", hub));
    expect(front).toMatchObject({ base_model: "org/base", datasets: ["org/math"] });
    expect(text).toContain("| prompts | `org/math` |");
    expect(text).not.toContain(commit);
  });

  it.each(["/home/alice/secret-place/b|a`se", "C:\\Users\\alice\\b|a`se"])(
    "tells nothing else of %s",
    async (path) => {
      const { front, text } = await cardOf(
        runOf("finished", { model: path, prompts: { file: `${path}.jsonl` } }),
      );
      expect(front).not.toHaveProperty("base_model");
      expect(front).not.toHaveProperty("datasets");
      expect(text).toContain("| base model | `b a se` |");
      expect(text).not.toContain("alice");
    },
  );

  it.each([
    [{ reward: "ground-truth" }, "True answers were used, by the ground-truth reward."],
    [
      {
        reward: "mixed",
        monitors: { best: { on: "validation.mean", detector: { kind: "plateau" }, onAlarm: "restore-best" } },
      },
      "True answers were used, by the mixed reward and monitors of accuracy.",
    ],
    [
      { monitors: { best: { on: "eval.mean", detector: { kind: "plateau" } } } },
      "Training used no true answers",
    ],
    [
      { monitors: { top: { on: "eval.topShare", detector: { kind: "rise", by: 0.1 }, onAlarm: "stop" } } },
      "Training used no true answers",
    ],
    [
      { prompts: { task: "mental-sums", subset: "easy.txt" } },
      "A file chose the prompts; how it was made is not recorded here.",
    ],
    [{ testTime: true }, "the very ones that it was trained on"],
    [{ evaluation: { temperature: 0.6 } }, "at temperature 0.6"],
  ] as const)("of %j says so", async (config, sentence) => {
    const { text } = await cardOf(runOf("finished", config as Json));
    expect(text).toContain(sentence);
  });

  it.each([
    [{ agreement: 0.9 }, null],
    [
      { agreement: 0.9, mean: 0 },
      "Agreement rose from 25.0% to 90.0%, while accuracy went from 3.1% to 0.0%",
    ],
    [{ agreement: 0.9, mean: null }, "Agreement rose from 25.0% to 90.0%, and accuracy is not known"],
    [{ agreement: 0.2, mean: 0 }, null],
  ] as const)("with %j at the end warns: %s", async (metrics, warning) => {
    const { text } = await cardOf(runOf("finished", {}, evaluation(metrics)));
    if (warning === null) expect(text).not.toContain("Warning");
    else expect(text).toContain(`**Warning.** ${warning}`);
  });

  it("claims no evaluation of a checkpoint that was not measured, or of none", async () => {
    const last = (record: MetricRecord) => (record.kind === "eval" && record.step > 0 ? null : record);
    const { text } = await cardOf(runOf("finished", {}, last));
    expect(text).toContain("The exported checkpoint, of step 6, was not measured.");
    fs.rmSync(here("secret-place"), { recursive: true });
    const none = await cardOf(runOf("finished", {}, (record) => (record.kind === "eval" ? null : record)));
    expect(none.text).toContain("The run measured nothing.");
  });

  it.each([
    ["base", "supervised", "The completions that it was given are its labels."],
    ["dpo", "self-training", "| objective | `dpo` |"],
    ["reward-model", "reward-model", "AutoModelForSequenceClassification"],
  ])("is there for a run of every kind: %s", async (kind, tag, line) => {
    const { front, text } = await cardOf(runOf(kind));
    expect(front.tags).toContain(tag);
    expect(text).toContain(line);
    expect(text).toContain(kind === "reward-model" ? "The run measured nothing." : "held-out");
  });

  it("of a reward model tells how it orders completions", async () => {
    const folder = runOf("reward-model");
    const metrics = { groups: 4, solutions: 16, voteAccuracy: 0.75, voteAuc: 0.8, trueAuc: 0.625 };
    const record = JSON.stringify({ kind: "eval", step: 4, metrics, time: {} });
    fs.appendFileSync(join(folder, "metrics.jsonl"), `${record}\n`);
    const { text } = await cardOf(folder);
    expect(text).toContain("On completions of held-out prompts.");
    expect(text).toContain("| accuracy against the majority | 75.0% |");
    expect(text).toContain("| AUC against true answers | 62.5% |");
  });
});

describe("the card of a folder that no run made", () => {
  it("says what it is, and how it is loaded", async () => {
    const { front, text } = await cardOf(join(models, "gemma"));
    expect(front).toEqual({
      library_name: "transformers",
      pipeline_tag: "text-generation",
      tags: ["selftrain"],
    });
    expect(text).toContain("`gemma`");
    expect(text).not.toContain("## Training");
    expect(text).toContain("AutoModelForCausalLM");
  });

  it("is left out where it is not wanted", async () => {
    const config = exportConfigSchema.parse({
      model: join(models, "gemma"),
      output: here("out"),
      card: false,
    });
    const { files } = await exportModel(config);
    expect(files).not.toContain("README.md");
  });
});
