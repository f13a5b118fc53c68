/** Configurations of earlier versions, in the keys of today: the same decisions, whether a run is resumed, replayed or reported. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { train } from "selftrain";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { checkConfig } from "../src/config/resolve-config.js";
import { trainConfigSchema } from "../src/config/train-config.js";
import { parseYaml } from "../src/config/yaml-source.js";
import { withTodaysKeys } from "../src/earlier-keys.js";
import { readRunInfo } from "../src/run/run-info.js";
import { runContents } from "./training/loop/run-contents.js";
import { tinyBase, tinyTraining } from "./training/loop/tiny-base.js";

const base = tinyBase();
const main = new URL("../dist/cli/main.js", import.meta.url).pathname;
const selftrain = async (...argv: string[]) =>
  (await promisify(execFile)(process.execPath, [main, ...argv], { cwd: base.folder })).stdout;
const top = { model: "m", output: "o", prompts: { task: "chain-sums" } };

/** Every kind of the old key, with what it said. */
const olds: [string, Record<string, unknown>, Record<string, unknown>][] = [
  [
    "labelled",
    { on: "labelled" },
    {
      validation: { size: 32, samples: 8, every: 5 },
      monitors: {
        validation: { on: "validation.mean", detector: { kind: "plateau" }, onAlarm: "restore-best" },
      },
    },
  ],
  [
    "labelled, every key",
    {
      on: "labelled",
      metric: "maj",
      patience: 2,
      minDelta: 0.01,
      checkEvery: 3,
      labelledPrompts: 16,
      labelledSamples: 4,
      prompts: { task: "gcd", promptColumn: "prompt" },
    },
    {
      validation: { size: 16, samples: 4, every: 3, prompts: { task: "gcd", promptColumn: "prompt" } },
      monitors: {
        validation: {
          on: "validation.maj",
          detector: { kind: "plateau", patience: 2, minDelta: 0.01 },
          onAlarm: "restore-best",
        },
      },
    },
  ],
  [
    "monitor",
    { on: "monitor", patience: 2, entropyFall: 0.7 },
    {
      monitors: {
        collapse: {
          detector: {
            kind: "any",
            patience: 2,
            of: [
              { on: "topShare", kind: "rise", by: 0.15, from: "first" },
              { on: "marginalAnswerEntropy", kind: "fall", ratio: 0.7, from: "first" },
              { on: "distinctMajorityShare", kind: "fall", ratio: 0.7, from: "first" },
            ],
          },
          mask: 0,
          onAlarm: "restore-best",
        },
      },
    },
  ],
  [
    "monitor, one signal",
    { on: "monitor", metric: "topShare", topShareRise: 0.3 },
    {
      monitors: {
        collapse: {
          on: "topShare",
          detector: { kind: "rise", by: 0.3, from: "first" },
          mask: 0,
          onAlarm: "restore-best",
        },
      },
    },
  ],
];

describe("earlyStopping", () => {
  it.each(olds)("%s: is read in today's keys", (_, earlyStopping, expected) => {
    const config = trainConfigSchema.parse(withTodaysKeys({ ...top, earlyStopping }));
    expect(config).toMatchObject(expected);
  });

  it.each(olds)("%s: of a user is refused with the lines to write, which do the same", (_, earlyStopping) => {
    const file = (value: object) => parseYaml(stringify(value), "train.yaml");
    const { problems } = checkConfig(trainConfigSchema, { file: file({ ...top, earlyStopping }) });
    expect(problems).toMatchObject([{ code: "config-unknown-key", where: "train.yaml:5:1" }]);
    const lines = [...problems[0]!.remedy!.matchAll(/`([^`]+)`/g)].map(([, line]) => line);
    const { config } = checkConfig(trainConfigSchema, { file: file({ ...top, ...parse(lines.join("\n")) }) });
    expect(config).toEqual(trainConfigSchema.parse(withTodaysKeys({ ...top, earlyStopping })));
  });

  it.each([[{}], [{ monitors: {} }], [[1]], [null], ["text"], [{ earlyStopping: null }]])(
    "leaves %j as it is",
    (config) => expect(withTodaysKeys(config)).toBe(config),
  );

  it.each(["--early-stopping.on", "--earlyStopping.patience"])(
    "the flag %s says what there is",
    async (flag) => {
      const failed = selftrain(
        "train",
        "--model",
        "m",
        "--output",
        "o",
        "--task",
        "chain-sums",
        flag,
        "monitor",
      );
      await expect(failed).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining("--monitors default=restore-best"),
      });
    },
  );
});

describe("a stored run with earlyStopping", () => {
  const ruinous = { adam: { learningRate: 0.3, gradClipNorm: 0 }, steps: 8, checkpointEvery: 1 };

  it.each([
    ["labelled", { on: "labelled", patience: 2, checkEvery: 2, labelledPrompts: 8, labelledSamples: 4 }],
    ["monitor", { on: "monitor" }],
  ])(
    "%s: goes on as it began, replays and is reported",
    async (name, earlyStopping) => {
      const changes = { ...ruinous, evaluation: { size: 8, samples: 2 }, promptsPerStep: 8 };
      const { monitors, validation } = withTodaysKeys<object>({ earlyStopping }) as ReturnType<
        typeof tinyTraining
      >;
      const today = { ...changes, monitors, ...(validation ? { validation } : {}) };
      const whole = tinyTraining(base, join(base.folder, `${name}-whole`), today);
      await train(whole);

      const output = join(base.folder, `${name}-stored`);
      const stop = new AbortController();
      await train(
        { ...whole, output },
        {
          signal: stop.signal,
          observer: (event) => {
            if (event.type === "step" && event.step === 1) stop.abort();
          },
        },
      );
      // As the earlier version stored it: no monitors, no validation.
      const file = join(output, "config.yaml");
      const { monitors: _, validation: __, ...stored } = parse(fs.readFileSync(file, "utf8"));
      fs.writeFileSync(file, stringify({ ...stored, earlyStopping }));

      await selftrain("train", "--resume", output);
      const notConfig = (path: string) => path === "config.yaml";
      expect(runContents(output, notConfig)).toEqual(runContents(whole.output, notConfig));
      expect(readRunInfo(output).earlyStop).toEqual(readRunInfo(whole.output).earlyStop);
      expect(readRunInfo(output).earlyStop).toMatchObject({ stopped: true });

      fs.writeFileSync(file, stringify({ ...stored, output, earlyStopping }));
      expect(await selftrain("replay", output)).toContain("bit for bit");
      await selftrain("report", output, "--output", join(base.folder, `${name}.html`));
      expect(fs.readFileSync(join(base.folder, `${name}.html`), "utf8")).toContain("restore-best");
      expect(await selftrain("runs", base.folder)).toContain(`${name}-stored`);
    },
    120_000,
  );
});
