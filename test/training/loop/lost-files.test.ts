/** A run whose files were lost or damaged is continued to the end of an undisturbed one, or says what to do; never over a hole. */
import fs from "node:fs";
import { join } from "node:path";
import {
  evalConfigSchema,
  evaluateModel,
  exportConfigSchema,
  exportModel,
  generateConfigSchema,
  generateFromModel,
  type TrainConfig,
  train,
} from "selftrain";
import { beforeAll, describe, expect, it } from "vitest";
import type { SelftrainError } from "../../../src/errors.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const configOf = (output: string): TrainConfig =>
  tinyTraining(base, output, {
    prompts: { file: base.file, answerColumn: "answer", size: 32 },
    promptsPerStep: 2,
    keepCheckpoints: 2,
    evaluation: { size: 4, samples: 2, every: 2 },
    validation: { size: 4, samples: 2, every: 1 },
    monitors: {
      best: { on: "validation.mean", detector: { kind: "plateau", patience: 9 }, onAlarm: "restore-best" },
    },
  });
let whole: ReturnType<typeof runContents>;

beforeAll(async () => {
  await train(configOf(at("whole")));
  whole = runContents(at("whole"));
});

/** A copy of the finished run, all but the lines of `config.yaml` that name it. */
function copy(name: string): string {
  fs.cpSync(at("whole"), at(name), { recursive: true });
  return at(name);
}

/** Continues it; returns the notices, or the error. */
async function resume(run: string): Promise<{ notices: string[]; error: SelftrainError | null }> {
  const notices: string[] = [];
  const observer = (event: { type: string; code?: string }) => {
    if (
      event.type === "notice" &&
      !["policy-restored", "monitor-alarm", "signs-of-collapse"].includes(event.code!)
    )
      notices.push(event.code!);
  };
  try {
    await train(configOf(run), { resume: true, observer });
    return { notices, error: null };
  } catch (error) {
    return { notices, error: error as SelftrainError };
  }
}

const linesIn = (run: string) => fs.readFileSync(join(run, "metrics.jsonl"), "utf8").trimEnd().split("\n");
const put = (run: string, lines: readonly string[]) =>
  fs.writeFileSync(join(run, "metrics.jsonl"), lines.map((line) => `${line}\n`).join(""));

describe("a run that lost what it had written", () => {
  it.each<[string, (run: string) => void, string[]]>([
    ["all metrics", (run) => fs.rmSync(join(run, "metrics.jsonl")), ["resume-earlier"]],
    ["the first lines", (run) => put(run, linesIn(run).slice(4)), ["resume-earlier"]],
    ["the first evaluation", (run) => put(run, linesIn(run).slice(1)), ["resume-earlier"]],
    [
      "a validation",
      (run) =>
        put(
          run,
          linesIn(run).filter((line) => !line.includes('"validation","step":1')),
        ),
      ["resume-earlier"],
    ],
    ["all checkpoints", (run) => fs.rmSync(join(run, "checkpoints"), { recursive: true }), ["resume-anew"]],
    [
      "all rollouts and checkpoints",
      (run) => {
        for (const name of ["rollouts", "checkpoints"]) fs.rmSync(join(run, name), { recursive: true });
      },
      ["resume-anew"],
    ],
    [
      "rollouts that are written again as the note says",
      (run) => {
        fs.rmSync(join(run, "rollouts/step-000002.parquet"));
        for (const step of [2, 4]) fs.rmSync(join(run, `checkpoints/step-00000${step}`), { recursive: true });
      },
      [],
    ],
  ])("%s: ends as the undisturbed one", async (name, lose, expected) => {
    const run = copy(name.replaceAll(" ", "-"));
    lose(run);
    const { notices, error } = await resume(run);
    expect(error).toBeNull();
    expect(notices).toEqual(expected);
    const { files, metrics } = runContents(run);
    expect(metrics).toEqual(whole.metrics);
    // A run that finishes anew keeps other checkpoints than one that was only looked at.
    const same = (name: string) => name !== "config.yaml" && !name.startsWith("checkpoints/step-000002");
    const kept = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => same(name)));
    expect(kept(files)).toEqual(kept(whole.files));
  });

  it("a damaged line: refused, and the remedy followed ends as the undisturbed one", async () => {
    const run = copy("garbage");
    const lines = linesIn(run);
    put(run, lines.with(3, '{"kind":"st'));
    const { error } = await resume(run);
    expect(error).toMatchObject({ code: "metrics-corrupt", where: `${join(run, "metrics.jsonl")}:4` });
    put(run, lines.toSpliced(3, 1));
    expect(await resume(run)).toEqual({ notices: ["resume-earlier"], error: null });
    expect(recordsOf(run).map(({ time: _, ...rest }) => rest)).toEqual(whole.metrics);
  });

  it("metrics deleted while it runs: written again, with a note", async () => {
    const run = at("deleted-meanwhile");
    const notices: string[] = [];
    await train(configOf(run), {
      observer: (event) => {
        if (
          event.type === "notice" &&
          !["policy-restored", "monitor-alarm", "signs-of-collapse"].includes(event.code!)
        )
          notices.push(event.code);
        if (event.type === "step" && event.step === 3) fs.rmSync(join(run, "metrics.jsonl"));
      },
    });
    expect(notices).toEqual(["metrics-restored"]);
    expect(runContents(run).metrics).toEqual(whole.metrics);
  });

  it("an evaluation of a policy that is gone, in a run without manifests: refused, not measured anew", async () => {
    const run = copy("unmanifested");
    for (const step of [0, 4]) fs.rmSync(join(run, `checkpoints/step-00000${step}/selftrain-manifest.json`));
    fs.rmSync(join(run, "checkpoints/step-000002"), { recursive: true });
    const lines = linesIn(run);
    put(run, lines.slice(1));
    const { error } = await resume(run);
    expect(error).toMatchObject({
      code: "metrics-incomplete",
      remedy: expect.stringContaining("later steps"),
    });
    expect(linesIn(run)).toEqual(lines.slice(1));
    fs.rmSync(join(run, "checkpoints/step-000004"), { recursive: true });
    expect((await resume(run)).error).toBeNull();
    expect(runContents(run).metrics).toEqual(whole.metrics);
  });
});

describe("a damaged checkpoint", () => {
  const last = (run: string) => join(run, "checkpoints/step-000004");
  const flip = (file: string) => {
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 40]! ^= 1;
    fs.writeFileSync(file, bytes);
  };
  const cut = (file: string) => fs.truncateSync(file, fs.statSync(file).size - 100);

  it.each<[string, (run: string) => void, string]>([
    ["a bit of the weights", (run) => flip(join(last(run), "model.safetensors")), "model.safetensors"],
    ["weights cut short", (run) => cut(join(last(run), "model.safetensors")), "model.safetensors"],
    [
      "an optimizer cut short",
      (run) => cut(join(last(run), "optimizer.safetensors")),
      "optimizer.safetensors",
    ],
    ["no optimizer", (run) => fs.rmSync(join(last(run), "optimizer.safetensors")), "optimizer.safetensors"],
    ["no tokenizer", (run) => fs.rmSync(join(last(run), "tokenizer.json")), "tokenizer.json"],
    [
      "garbage for a trainer.json",
      (run) => fs.writeFileSync(join(last(run), "trainer.json"), "{"),
      "trainer.json",
    ],
  ])(
    "%s: resume names the file, and its remedy works; without a manifest likewise",
    async (name, damage, file) => {
      for (const manifest of [true, false]) {
        const run = copy(`${name.replaceAll(" ", "-")}-${manifest}`);
        if (!manifest) fs.rmSync(join(last(run), "selftrain-manifest.json"));
        damage(run);
        const { error } = await resume(run);
        // What only a manifest can tell: a number that is another one, and what training does not read.
        if (!manifest && /bit|tokenizer/.test(name)) continue;
        expect(error, String(manifest)).toMatchObject({
          where: expect.stringContaining(join(last(run), file)),
          remedy: expect.stringContaining(`Delete the folder ${last(run)}`),
        });
        fs.rmSync(last(run), { recursive: true });
        expect((await resume(run)).error).toBeNull();
        const { [`checkpoints/step-000004/${file}`]: again } = runContents(run).files;
        expect(again === whole.files[`checkpoints/step-000004/${file}`]).toBe(true);
      }
    },
  );

  it("is found by whatever else opens it", async () => {
    const run = copy("opened");
    flip(join(last(run), "model.safetensors"));
    const error = { code: "checkpoint-corrupt", where: join(last(run), "model.safetensors") };
    const exported = exportConfigSchema.parse({ model: run, output: at("exported") });
    await expect(exportModel(exported)).rejects.toMatchObject(error);
    const prompts = { file: base.file, answerColumn: "answer" };
    const evaluated = evalConfigSchema.parse({ model: run, prompts, size: 2, samples: 2 });
    await expect(evaluateModel(evaluated)).rejects.toMatchObject(error);
    const generated = generateConfigSchema.parse({ model: run, prompts: ["123>"] });
    await expect(generateFromModel(generated)).rejects.toMatchObject(error);
    await expect(train(tinyTraining(base, at("onwards"), { model: run }))).rejects.toMatchObject(error);
    expect(fs.existsSync(at("onwards"))).toBe(false);
  });
});
