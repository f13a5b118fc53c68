/** Stored configurations of earlier versions mean what they meant. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { replayedConfig } from "../src/apps/replay/replayed-config.js";
import { storedConfig } from "../src/cli/resume.js";
import { finetuneConfigSchema } from "../src/config/finetune-config.js";
import { trainConfigSchema } from "../src/config/train-config.js";
import { solutionRules } from "../src/core/answer/extract/rules.js";
import { asItWas } from "../src/earlier-config.js";
import { readRunConfig } from "../src/run/run-config.js";
import { temporaryFolder } from "./run/temporary.js";

const earlier = new URL("./fixtures/earlier-versions/0.1.0/", import.meta.url).pathname;
const folder = temporaryFolder();
const stored = { vote: { ties: "none", weights: "uniform" }, answers: { truncated: "none" } };
const before = [...solutionRules, "latex"];

describe("asItWas", () => {
  it("gives an earlier run the minimum of one answer, and one on a file its rules", () => {
    expect(asItWas({ ...stored, prompts: { task: "chain-sums" } })).toEqual({
      prompts: { task: "chain-sums" },
      answers: stored.answers,
      vote: { ...stored.vote, minAnswers: 1 },
    });
    expect(asItWas({ ...stored, prompts: { file: "p.jsonl" } })).toMatchObject({
      answers: { truncated: "none", rules: before },
      vote: { minAnswers: 1 },
    });
  });

  it.each([{ rules: ["boxed"] }, { regex: "x" }])("keeps rules that were given: %j", (own) => {
    expect(asItWas({ ...stored, answers: own, prompts: { file: "p.jsonl" } }).answers).toEqual(own);
  });

  it("leaves alone what is of today, what has no vote, and the votes that labels bring", () => {
    const today = { ...stored, vote: { ...stored.vote, minAnswers: "25%" }, prompts: { file: "p.jsonl" } };
    for (const config of [today, { model: "base" }, null, [1], "text", { vote: 3 }])
      expect(asItWas(config)).toBe(config);
    const labelled = { ...stored, labels: "labels/base", prompts: { task: "chain-sums" } };
    expect(asItWas(labelled)).toEqual(labelled);
  });
});

describe("a run of an earlier version", () => {
  it("is resumed, read and replayed with the minimum of one answer", () => {
    const run = join(earlier, "finished");
    expect(storedConfig(run, "train").value).toMatchObject({ vote: { minAnswers: 1 } });
    expect(readRunConfig(run, trainConfigSchema)).toMatchObject({ vote: { minAnswers: 1 } });
    expect(replayedConfig(run, {}).stored.vote.minAnswers).toBe(1);
    expect(readRunConfig(join(earlier, "dpo"), finetuneConfigSchema).vote.minAnswers).toBe(1);
  });

  it("reads a file of prompts by the rules that it began with", () => {
    cpSync(join(earlier, "finished"), join(folder.path, "run"), { recursive: true });
    const path = join(folder.path, "run/config.yaml");
    const config = parse(readFileSync(path, "utf8"));
    const { task: _, ...prompts } = config.prompts;
    writeFileSync(path, stringify({ ...config, prompts: { ...prompts, file: "p.jsonl" } }));
    expect(readRunConfig(join(folder.path, "run"), trainConfigSchema).answers.rules).toEqual(before);
    expect(storedConfig(join(folder.path, "run"), "train").value).toMatchObject({
      answers: { rules: before },
    });
  });

  it("is told from a new one, whose configuration has all keys", () => {
    const fresh = trainConfigSchema.parse({ model: "m", output: "o", prompts: { file: "p.jsonl" } });
    expect(fresh.vote.minAnswers).toBe("25%");
    expect(asItWas(parse(stringify(fresh)))).toEqual(parse(stringify(fresh)));
  });
});
