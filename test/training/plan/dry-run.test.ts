/** What stops a run before its first step stops its dry run, too: the same error, to the last word. One table of faults for all commands. */
import fs from "node:fs";
import { join } from "node:path";
import {
  finetune,
  finetuneConfigSchema,
  labelConfigSchema,
  labelPrompts,
  pretrain,
  rewardModelTrainConfigSchema,
  train,
  trainRewardModel,
} from "selftrain";
import { describe, expect, it } from "vitest";
import { exitStatusOf } from "../../../src/cli/errors.js";
import type { LabelConfigInput } from "../../../src/config/label-config.js";
import type { PretrainConfigInput, TrainConfigInput } from "../../../src/config/train-config.js";
import { SelftrainError } from "../../../src/errors.js";
import { acquireLock } from "../../../src/run/lock.js";
import { modelFolder } from "../../../src/run/model-folder.js";
import type { RunOptions } from "../../../src/run/observer.js";
import { planFinetune } from "../../../src/training/finetune/plan.js";
import { planLabel } from "../../../src/training/label/plan.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { planPretrain } from "../../../src/training/pretrain/plan.js";
import { planRewardModel } from "../../../src/training/reward-model/plan.js";
import { tinyBase, tinyPretraining, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
let count = 0;

function jsonl(rows: readonly object[]): string {
  const path = at(`rows-${count++}.jsonl`);
  fs.writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
  return path;
}

/** Forty prompts, two of which are too long for a context of 16 tokens with 5 new ones; all that a file may need. */
function twoTooLong(): string {
  const prompt = (i: number) => (i === 3 || i === 30 ? `${10 ** 14 + i}>` : `${i}>`);
  return jsonl(Array.from({ length: 40 }, (_, i) => ({ prompt: prompt(i), completion: "#1", answer: "1" })));
}

/** A copy of the base model with something done to it. */
function model(damage: (folder: string) => void): string {
  const folder = at(`model-${count++}`);
  fs.cpSync(modelFolder(base.model), folder, { recursive: true });
  // A model of the hub has no sums of its files, and what is done here would be found by them.
  fs.rmSync(join(folder, "selftrain-manifest.json"));
  damage(folder);
  return folder;
}

const weights = (folder: string) => join(folder, "model.safetensors");
const cutShort = () =>
  model((folder) => fs.truncateSync(weights(folder), fs.statSync(weights(folder)).size - 100));
/** A checkpoint one of whose weights has another bit. */
function flipped(): string {
  const folder = at(`model-${count++}`);
  fs.cpSync(modelFolder(base.model), folder, { recursive: true });
  const bytes = fs.readFileSync(weights(folder));
  bytes[bytes.length - 4]! ^= 1;
  fs.writeFileSync(weights(folder), bytes);
  return folder;
}
const missing = () => model((folder) => fs.rmSync(weights(folder)));
const pointer = () =>
  model((folder) =>
    fs.writeFileSync(weights(folder), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
  );

interface Shape {
  readonly intermediate_size: number;
  readonly vocab_size: number;
}
const configured = (change: (shape: Shape) => object) =>
  model((folder) => {
    const path = join(folder, "config.json");
    const config = JSON.parse(fs.readFileSync(path, "utf8"));
    fs.writeFileSync(path, JSON.stringify({ ...config, ...change(config) }));
  });
const otherShape = () => configured((shape) => ({ intermediate_size: 2 * shape.intermediate_size }));
const otherTokens = () => configured((shape) => ({ vocab_size: 5 * shape.vocab_size }));

const adapterOf = (of: string) => {
  const folder = at(`adapter-${count++}`);
  fs.mkdirSync(folder);
  const config = { peft_type: "LORA", base_model_name_or_path: of, r: 2, lora_alpha: 4 };
  fs.writeFileSync(join(folder, "adapter_config.json"), JSON.stringify(config));
  return folder;
};
const withoutBase = () => adapterOf("/no/such/model");
const ofQuantised = () => adapterOf(configured(() => ({ quantization_config: { bits: 4 } })));
const occupied = () => {
  const folder = at(`occupied-${count++}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(join(folder, "mine.txt"), "");
  return folder;
};
/** A folder in which a file stands in the way. */
const underFile = () => {
  const path = at(`file-${count++}`);
  fs.writeFileSync(path, "");
  return join(path, "run");
};
const locked = () => {
  const folder = at(`locked-${count++}`);
  fs.mkdirSync(folder);
  acquireLock(join(folder, "lock"));
  return folder;
};

interface Command<C> {
  readonly config: (changes: C, output: string) => { readonly output: string };
  readonly plan: (config: never, options?: RunOptions) => Promise<unknown>;
  readonly run: (config: never, options?: RunOptions) => Promise<unknown>;
}

/** The plan's error, which must be the run's; nothing may be written by either. */
async function sameFailure<C>(command: Command<C>, changes: C, output = at(`output-${count++}`)) {
  const before = contents(output);
  const config = command.config(changes, output) as never;
  const [planned, ran] = [await failure(command.plan(config)), await failure(command.run(config))];
  expect(planned.toJSON()).toEqual(ran.toJSON());
  expect(statusOf(planned)).toBe(statusOf(ran));
  expect(contents(output)).toEqual(before);
  return planned;
}

/** A run and its plan are of two builds here. */
const statusOf = (error: SelftrainError) => exitStatusOf(new SelftrainError(error.toJSON()));

const contents = (folder: string) => (fs.existsSync(folder) ? fs.readdirSync(folder) : null);

async function failure(work: Promise<unknown>): Promise<SelftrainError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect((error as Error | undefined)?.name, String(error)).toMatch(/^(SelftrainError|ProblemsError)$/);
  return error as SelftrainError;
}

const trainCommand: Command<Partial<TrainConfigInput>> = {
  config: (changes, output) => tinyTraining(base, output, changes),
  plan: planTrain,
  run: train,
};
const pretrainCommand: Command<Partial<PretrainConfigInput>> = {
  config: (changes, output) => tinyPretraining(base, output, changes),
  plan: planPretrain,
  run: pretrain,
};
const finetuneCommand: Command<object> = {
  config: (changes, output) => {
    const { model: own, prompts, maxNewTokens, evaluation } = tinyTraining(base, output);
    const engine = { threads: 1 };
    const { size } = evaluation;
    return finetuneConfigSchema.parse({
      ...{ model: own, output, prompts, maxNewTokens, engine, evaluation: { size } },
      ...changes,
    });
  },
  plan: planFinetune,
  run: finetune,
};
const labelCommand: Command<Partial<LabelConfigInput>> = {
  config: (changes, output) => {
    const { model: own, prompts, maxNewTokens } = tinyTraining(base, output);
    const engine = { threads: 1 };
    const { file, answerColumn, size } = prompts;
    const source = { file, answerColumn, size };
    return labelConfigSchema.parse({ model: own, output, prompts: source, maxNewTokens, engine, ...changes });
  },
  plan: planLabel,
  run: labelPrompts,
};
const rewardCommand: Command<object> = {
  config: (changes, output) =>
    rewardModelTrainConfigSchema.parse({
      model: base.model,
      output,
      votes: { from: at("no-votes") },
      ...changes,
    }),
  plan: planRewardModel,
  run: trainRewardModel,
};

const tooLong = { code: "prompt-too-long" };
const evaluatedOn = (file: string) => ({ evaluation: { prompts: { file }, size: 40 } });
const notEvaluated = { evaluation: { size: 0 } };

describe.each<[string, Command<never>]>([
  ["train", trainCommand],
  ["finetune", finetuneCommand],
  ["label", labelCommand],
])("%s", (name, command) => {
  const changed = (changes: object) => changes as never;

  it.each<[string, () => object]>([
    ["model-not-found", () => ({ model: at("no-model") })],
    ["adapter-base-missing", () => ({ model: withoutBase() })],
    ["adapter-base-quantised", () => ({ model: ofQuantised() })],
    ["safetensors-invalid", () => ({ model: cutShort() })],
    ["checkpoint-corrupt", () => ({ model: flipped() })],
    ["git-lfs-pointer", () => ({ model: pointer() })],
    ["weights-file-missing", () => ({ model: missing() })],
    ["weights-shape", () => ({ model: otherShape() })],
    ["vocabulary-mismatch", () => ({ model: otherTokens() })],
    ["prompts-empty", () => ({ prompts: { file: jsonl([]) } })],
    ["column-missing", () => ({ prompts: { file: base.file, promptColumn: "question" } })],
    ["chat-template-missing", () => ({ prompts: { file: base.file, chat: "always" } })],
    ["prompt-system", () => ({ prompts: { file: base.file, system: "Copy." } })],
    ["prompt-variables", () => ({ prompts: { file: base.file, variables: { thinking: false } } })],
    [
      "tokenizer-unknown-character",
      () => ({ prompts: { file: jsonl(Array.from({ length: 60 }, (_, i) => ({ prompt: `${i}§` }))) } }),
    ],
  ])("%s", async (code, changes) => {
    const error = await sameFailure(command, changed(changes()));
    expect(error.code).toMatch(new RegExp(`^${code}`));
  });

  // A run finds this when it first samples, by what it samples.
  it("memory-budget-too-small: the same code and status", async () => {
    const engine = { threads: 1, memoryBudgetMiB: 1 };
    const config = command.config(changed({ engine }), at(`output-${count++}`)) as never;
    const [planned, ran] = [await failure(command.plan(config)), await failure(command.run(config))];
    expect([planned.code, ran.code]).toEqual(["memory-budget-too-small", "memory-budget-too-small"]);
    expect(statusOf(planned)).toBe(statusOf(ran));
  });

  it("every prompt that is too long, with file and line", async () => {
    const file = twoTooLong();
    const whole = name === "label" ? { split: "whole" } : notEvaluated;
    const error = await sameFailure(command, changed({ prompts: { file }, ...whole }));
    expect(error).toMatchObject({
      ...tooLong,
      message: expect.stringMatching(/^2 of the 40 .*prompts do not fit/),
      found: [`${file}:4 (16 + 5 tokens)`, `${file}:31 (16 + 5 tokens)`],
    });
  });

  it.each<[string, () => string]>([
    [name === "label" ? "labels-folder-occupied" : "run-exists", occupied],
    ["not-a-folder", underFile],
    ["run-in-use", locked],
  ])("an output: %s", async (code, output) => {
    expect((await sameFailure(command, changed({}), output())).code).toBe(code);
  });
});

describe("train alone", () => {
  it("held-out prompts, and those of the validation", async () => {
    const file = twoTooLong();
    const heldOut = await sameFailure(trainCommand, evaluatedOn(file));
    expect(heldOut).toMatchObject({ ...tooLong, message: expect.stringContaining("held-out prompts") });
    const prompts = { file, answerColumn: "answer" };
    const stopping = { validation: { prompts, size: 40 } };
    const validation = await sameFailure(trainCommand, stopping);
    expect(validation).toMatchObject({ ...tooLong, message: expect.stringContaining("the validation") });
    const both = await sameFailure(trainCommand, { ...evaluatedOn(file), prompts: { file } });
    expect(both.toJSON()).toMatchObject({ problems: [tooLong, tooLong] });
  });

  it.each<[string, () => Partial<TrainConfigInput>]>([
    ["labels-missing", () => ({ reward: "fixed-teacher", teacherLabels: at("no-labels") })],
    ["model-is-language-model", () => ({ reward: "model", rewardModel: base.model })],
    [
      "subset-unknown-prompts",
      () => ({ prompts: { file: base.file, subset: jsonl([{ promptId: "row-0" }]) } }),
    ],
    ["task-unknown", () => ({ prompts: { task: "no-task" } })],
    [
      "validation-no-prompts",
      () => ({
        validation: {
          prompts: { file: jsonl([{ prompt: "1>", answer: null }]), answerColumn: "answer" },
        },
      }),
    ],
    ["adapter", () => ({ lora: { adapter: withoutBase() } })],
    [
      "reward-label-missing",
      () => ({
        reward: "ground-truth",
        prompts: {
          file: jsonl([
            { prompt: "1>", answer: null },
            { prompt: "2>", answer: "2" },
          ]),
          answerColumn: "answer",
        },
        ...notEvaluated,
      }),
    ],
  ])("%s", async (code, changes) => {
    expect((await sameFailure(trainCommand, changes())).code).toMatch(new RegExp(`^${code}|^file-missing$`));
  });

  it("which monitors change the run, and which were given something to do and do not watch in it", async () => {
    const notes = async (changes: Partial<TrainConfigInput>) =>
      (await planTrain(tinyTraining(base, at(`output-${count++}`), changes))).notes.join("\n");
    const monitors = { default: "off", driftFromBase: "stop", disconnected: "log" } as const;
    const without = await notes({ monitors: { ...monitors, disconnected: { onAlarm: "stop" } } });
    expect(without).toContain("alarms change the run: disconnected (stop)");
    expect(without).toContain("driftFromBase (stop) does not watch: it is for runs with a probe");
    const probed = await notes({ monitors, probe: { size: 2, samples: 2 } });
    expect(probed).toContain("alarms change the run: driftFromBase (stop)");
    expect(probed).toContain("disconnected (log) does not watch: it is for runs without a probe");
    expect(await notes({})).not.toContain("does not watch");
  });

  it("a run that is there, begun anew or resumed with other settings", async () => {
    const output = at("done");
    const config = tinyTraining(base, output, { steps: 1 });
    await train(config);
    expect((await sameFailure(trainCommand, { steps: 1 }, output)).code).toBe("run-exists");
    const other = tinyTraining(base, output, { steps: 1, samplesPerPrompt: 8 });
    const resume = { resume: true };
    const [planned, ran] = [await failure(planTrain(other, resume)), await failure(train(other, resume))];
    expect(planned.code).toBe("run-config-changed");
    expect(planned.toJSON()).toEqual(ran.toJSON());
    expect(await planTrain({ ...config, steps: 2 }, resume)).toMatchObject({ steps: 2 });
    await expect(planPretrain(tinyPretraining(base, output), resume)).rejects.toMatchObject({
      code: "run-kind-mismatch",
    });
  });
});

describe("a head in the weights of a model whose config.json says that it is tied", () => {
  it("is counted by the dry run, trained by the run, and said by both alike", async () => {
    const said = async (work: (config: never, options: RunOptions) => Promise<unknown>, output: string) => {
      const codes: string[] = [];
      const observer: RunOptions["observer"] = (event) => event.type === "notice" && codes.push(event.code);
      const changes = { model: configured(() => ({ tie_word_embeddings: true })), steps: 1, ...notEvaluated };
      const result = await work(tinyTraining(base, output, changes) as never, { observer });
      return { result, codes };
    };
    const planned = await said(planTrain, at("head-planned"));
    const ran = await said(train, at("head-run"));
    expect(planned.codes).toEqual(["model-head-untied"]);
    expect(ran.codes).toContain("model-head-untied");
    const { parameters } = await planTrain(tinyTraining(base, at("head-own"), notEvaluated));
    expect(planned.result).toMatchObject({ parameters });
    expect(ran.result).toMatchObject({ steps: 1, interrupted: false });
  });
});

describe("pretrain", () => {
  it.each<[string, () => Partial<PretrainConfigInput>]>([
    ["safetensors-invalid", () => ({ model: cutShort() })],
    ["weights-file-missing", () => ({ model: missing() })],
    ["prompts-empty", () => ({ prompts: { file: jsonl([]) } })],
    ["column-missing", () => ({ completionColumn: "solution" })],
    ["lora-", () => ({ model: base.model, lora: { adapter: withoutBase() } })],
  ])("%s", async (code, changes) => {
    expect((await sameFailure(pretrainCommand, changes())).code).toMatch(
      new RegExp(`^${code}|^file-missing$`),
    );
  });

  it("examples and held-out prompts that are too long", async () => {
    const file = twoTooLong();
    const examples = await sameFailure(pretrainCommand, { prompts: { file } });
    expect(examples).toMatchObject({ ...tooLong, remedy: expect.stringContaining("contextLength") });
    const places = [examples.found].flat().join();
    expect(places + examples.where).toContain(`${file}:`);
    const long = { size: 16, samples: 2, maxNewTokens: 15 };
    expect(await sameFailure(pretrainCommand, { evaluation: long })).toMatchObject(tooLong);
  });

  it("says that without answers nothing is evaluated", async () => {
    const notices: string[] = [];
    const config = tinyPretraining(base, at("unanswered"), { prompts: { file: base.file }, steps: 1 });
    const { notes } = await planPretrain(config);
    await pretrain(config, {
      observer: (event) => {
        if (event.type === "notice") notices.push(event.message);
      },
    });
    expect(notices).toEqual([expect.stringContaining("not evaluated")]);
    expect(notes).toEqual(notices);
  });
});

describe("finetune and reward-model train, on votes that were made before", () => {
  it("are told what is wrong with them", async () => {
    const labels = at("labels");
    await labelPrompts(labelCommand.config({ samples: 4 }, labels) as never);
    expect((await sameFailure(finetuneCommand, { labels: at("no-labels") })).code).toBe("labels-missing");
    const elsewhere = {
      labels,
      prompts: { file: jsonl(Array.from({ length: 3 }, () => ({ prompt: "1>" }))) },
    };
    const changedPrompt = await sameFailure(finetuneCommand, { ...elsewhere, ...notEvaluated });
    expect(changedPrompt.code).toMatch(/^(prompt-changed|finetune-labels-elsewhere)$/);
    const strict = { labels, agreementThreshold: 1, objective: "dpo" };
    expect((await sameFailure(finetuneCommand, strict)).code).toBe("finetune-nothing-selected");
    const { steps, notes } = await planFinetune(
      finetuneCommand.config({ labels, batchSize: 8 }, at("f")) as never,
    );
    expect(notes.join()).toMatch(/completions are trained on/);
    const summary = await finetune(finetuneCommand.config({ labels, batchSize: 8 }, at("f")) as never);
    expect(steps).toBe(summary.steps);

    expect((await sameFailure(rewardCommand, {})).code).toBe("votes-missing");
    const votes = { from: labels };
    expect((await sameFailure(rewardCommand, { votes, model: cutShort() })).code).toBe("safetensors-invalid");
    expect((await sameFailure(rewardCommand, { votes, model: missing() })).code).toBe("weights-file-missing");
    expect((await sameFailure(rewardCommand, { votes: { ...votes, toStep: 1 } })).code).toBe("votes-steps");
    expect((await sameFailure(rewardCommand, { votes }, occupied())).code).toBe("run-exists");
  });
});
