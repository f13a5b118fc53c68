/** Every key that a run writes is in the catalogue, and so in the report and the reference: small runs of every kind, and those kept of earlier versions. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TrainConfigInput, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { metricNamed, TIMES } from "../../src/core/monitor/catalogue/index.js";
import type { MetricRecord } from "../../src/run/run-directory.js";
import { recordsOf } from "./loop/run-contents.js";
import { tinyBase, tinyTraining } from "./loop/tiny-base.js";

const base = tinyBase();
const kept = new URL("../fixtures/earlier-versions/0.1.0/", import.meta.url).pathname;

const keysOf = (records: readonly MetricRecord[]) => [
  ...new Set(records.flatMap(({ metrics }) => Object.keys(metrics))),
];

function expectCatalogued(records: readonly MetricRecord[]): void {
  expect(records.length).toBeGreaterThan(0);
  expect(keysOf(records).filter((key) => metricNamed(key) === undefined)).toEqual([]);
  const times = records.flatMap(({ time }) => Object.keys(time));
  expect(times.filter((key) => !Object.hasOwn(TIMES, key))).toEqual([]);
}

describe("what a run writes is catalogued", () => {
  it.each(readdirSync(kept).filter((name) => existsSync(join(kept, name, "metrics.jsonl"))))(
    "the kept run %s",
    (name) => {
      expectCatalogued(recordsOf(join(kept, name)));
    },
  );

  it.each<[string, Partial<TrainConfigInput>, readonly string[]]>([
    [
      "KL, a clipped loss and an entropy bonus, with evaluation",
      {
        klCoefficient: 0.1,
        loss: "ppo-clip",
        entropyBonus: 0.01,
        updatesPerBatch: 2,
        evaluation: { size: 4, samples: 2 },
      },
      ["kl", "clipFraction", "vocabularyEntropy", "accuracy", "hackingGap", "meanLow", "topAnswer"],
    ],
    [
      "refill, rejection and validation",
      {
        rejection: {
          zeroSignal: true,
          dropUnparsed: true,
          minAgreement: 0.3,
          refillRounds: 1,
          onShortBatch: "train",
        },
        validation: { size: 4, samples: 2, every: 1 },
      },
      ["refillRounds", "rejectedZeroSignal", "rejectedAgreement", "droppedRollouts", "trainedReward"],
    ],
    [
      "a probe",
      { probe: { size: 4, samples: 3, every: 1 } },
      [
        "promptFreeAgreement",
        "excessShare",
        "answerShift",
        "flipRate",
        "answerSpanKl",
        "learned",
        "majorityAccuracy",
      ],
    ],
    ["a teacher", { reward: "ema-teacher", teacherSamples: 3 }, ["teacherAgreement", "teacherDissent"]],
    ["prompts without labels", { prompts: {} }, ["agreement", "topShare"]],
  ])("%s", async (name, changes, written) => {
    const { prompts, ...rest } = changes;
    const output = join(base.folder, name.replace(/\W+/g, "-"));
    const config = tinyTraining(base, output, { evaluation: { size: 0 }, steps: 2, ...rest });
    if (prompts !== undefined) delete (config.prompts as { answerColumn?: string }).answerColumn;
    await train(config);
    expectCatalogued(recordsOf(output));
    expect(keysOf(recordsOf(output))).toEqual(expect.arrayContaining([...written]));
  });
});
