/** What is said at the end of a run, from its records. */
import { describe, expect, it } from "vitest";
import { monitorsSchema } from "../../../src/config/monitor-config.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { signsNotice, signsOf } from "../../../src/training/loop/signs.js";

const step = (number: number, metrics: Record<string, number | null> = {}): MetricRecord => ({
  kind: "step",
  step: number,
  metrics: {
    agreement: 0.5,
    topShare: 0.06,
    disconnectedShare: 0,
    noAnswerShare: 0,
    ...metrics,
  },
  time: {},
});
const evaluation = (at: number, agreement: number, topShare = 0.06, more = {}): MetricRecord => ({
  kind: "eval",
  step: at,
  metrics: { agreement, topShare, ...more },
  time: {},
});
const collapsed = { topShare: 0.6, agreement: 0.8, disconnectedShare: 0.5 };

describe("signsOf", () => {
  it.each<[string, MetricRecord[]]>([
    ["nothing at all", []],
    ["evaluations alone", [evaluation(0, 0.3)]],
    ["a healthy run", [evaluation(0, 0.5), step(1), step(2, { agreement: 0.7 }), evaluation(2, 0.7)]],
    ["signs that passed", [step(1), step(2, collapsed), step(3)]],
    ["half without an answer", [step(1), step(2, { noAnswerShare: 0.5 })]],
  ])("says nothing of %s", (_, records) => {
    expect(signsOf({}, records)).toBeNull();
  });

  it.each<[string, string, MetricRecord[], RegExp]>([
    [
      "a step's signs",
      "collapse",
      [step(1), step(2, collapsed)],
      /from 6\.0% to 60\.0% of all answers in training/,
    ],
    [
      "fewer answers",
      "collapse",
      [step(1), step(2, { effectiveAnswersRatio: 0.4 }), step(3, { effectiveAnswersRatio: 0.3 })],
      /variety of the answers 0\.30, bound 0\.50/,
    ],
    [
      "silence from the first step",
      "no-answers",
      [step(1, { noAnswerShare: 1 }), step(2, { noAnswerShare: 1 })],
      /^Most/,
    ],
    [
      "silence at the end",
      "no-answers",
      [step(1), step(2, { noAnswerShare: 0.9 })],
      /hardly answers.*0\.0%.*90\.0%/,
    ],
    [
      "a policy that the last update silenced",
      "no-answers",
      [evaluation(0, 0.47), step(1), evaluation(1, 0)],
      /held-out prompts went from 47\.0% to 0\.0%/,
    ],
  ])("tells %s", (_, kind, records, sentence) => {
    const signs = signsOf({}, records);
    expect(signs).toMatchObject({ kind, sentence: expect.stringMatching(sentence) });
    expect(signsNotice(signs!)).toMatchObject({ code: "signs-of-collapse", remedy: expect.any(String) });
  });

  it("judges the policy that a run went back to, and not what it left", () => {
    const records = [step(1), step(2), step(3), step(4, collapsed), step(5, collapsed)];
    expect(signsOf({}, records)).toMatchObject({ kind: "collapse", step: 5, healthy: 3 });
    expect(signsOf({}, records, 2)).toBeNull();
  });

  it("goes by the monitors of the default set that are on, with the bounds that they have", () => {
    const records = [step(1), step(2, collapsed)];
    const monitors = (given: object) => ({ monitors: monitorsSchema.parse(given) });
    expect(signsOf(monitors({}), records)?.signals).toEqual([
      { monitor: "disconnected", series: "disconnectedShare", value: 0.5, bound: 0.2 },
    ]);
    const wide = { disconnected: { detector: { kind: "rise", by: 0.9 } } };
    for (const given of [{ default: "off" }, { disconnected: "off" }, wide])
      expect(signsOf(monitors(given), records)).toBeNull();
    const own = { default: "off", mine: { on: "topShare", detector: { kind: "threshold", above: 0.1 } } };
    expect(signsOf(monitors(own), records)).toBeNull();
  });

  it("holds a stage against its own first step", () => {
    const stages = [{ 2: 1 }, { 4: 1 }];
    const curriculum = {
      stages,
      advanceOn: "agreement",
      threshold: 1,
      window: 3,
      maxSteps: 2,
      groundTruthStages: 0,
    } as const;
    const stage = (number: number, more = {}) => ({ ...more, stage: number });
    const records = [
      step(1, stage(1)),
      step(2, stage(1)),
      ...[3, 4, 5, 6].map((number) => step(number, stage(2, collapsed))),
    ];
    expect(signsOf({ curriculum: { ...curriculum, stages: [...stages] } }, records)).toBeNull();
    const flat = records.map((own) => ({ ...own, metrics: { ...own.metrics, stage: 1 } }));
    expect(signsOf({}, flat)).not.toBeNull();
  });
});
