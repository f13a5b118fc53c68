/** Monitors over the lines of a run: which line is judged when, stages, cool-downs, and what has been healthy. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GivenMonitors, monitorsSchema } from "../../../src/config/monitor-config.js";
import { DEFAULT_MONITORS } from "../../../src/config/monitor-defaults.js";
import { isSeries, parseSeries } from "../../../src/config/monitor-series.js";
import { seriesOf } from "../../../src/config/monitors.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { alarmNotice } from "../../../src/training/monitors/alarm-text.js";
import { Monitoring, monitoringOf } from "../../../src/training/monitors/monitoring.js";

type Metrics = MetricRecord["metrics"];
const line = (kind: MetricRecord["kind"], step: number, metrics: Metrics): MetricRecord => ({
  kind,
  step,
  metrics,
  time: {},
});
/** Steps from 1 on with these shares of the commonest answer. */
const stepsWith = (values: readonly number[], stage?: (step: number) => number) =>
  values.map((topShare, i) => line("step", i + 1, { topShare, ...(stage ? { stage: stage(i + 1) } : {}) }));
const monitoring = (monitors: GivenMonitors, records: readonly MetricRecord[], steps = 20) =>
  monitoringOf({ monitors: monitorsSchema.parse({ default: "off", ...monitors }), steps }, records);
const raisedAt = (...of: Parameters<typeof monitoring>) =>
  monitoring(...of).alarms.map(({ step, after }) => `${step} after ${after}`);

const high = { on: "topShare", detector: { kind: "threshold", above: 0.5 } } as const;

describe("the default set", () => {
  it("watches series that are catalogued", () => {
    const series = Object.values(DEFAULT_MONITORS).flatMap(seriesOf);
    expect(series.length).toBeGreaterThan(0);
    for (const on of series) expect(isSeries(parseSeries(on)), on).toBe(true);
  });

  it("is in every configuration but one that leaves it out, and stored in full", () => {
    const parsed = monitorsSchema.parse(undefined);
    expect(parsed).toEqual(DEFAULT_MONITORS);
    expect(monitorsSchema.parse(parsed)).toEqual(parsed);
    expect(monitorsSchema.parse({ default: "off" })).toEqual({ default: "off" });
    expect(monitorsSchema.parse({ default: "stop", disconnected: "off" })).toMatchObject({
      disconnected: "off",
      twoOfThree: { onAlarm: "stop", detector: DEFAULT_MONITORS.twoOfThree!.detector },
    });
    const other = { detector: { kind: "rise", by: 0.3 } } as const;
    expect(monitorsSchema.parse({ disconnected: other }).disconnected).toEqual({
      on: "disconnectedShare",
      runs: "without-probe",
      ...other,
    });
  });

  it("raises what its detectors say, in the words of the series", () => {
    const steps = [1, 0.8, 0.45, 0.3].map((ratio, i) =>
      line("step", i + 1, { effectiveAnswersRatio: ratio, disconnectedShare: i === 3 ? 0.31 : 0.1 }),
    );
    const { alarms } = monitoringOf({ steps: 4 }, steps);
    expect(alarms).toMatchObject([
      { step: 4, monitor: "effectiveAnswers", series: "effectiveAnswersRatio", value: 0.3, bound: 0.5 },
      { step: 4, monitor: "disconnected", series: "disconnectedShare", value: 0.31 },
    ]);
    expect(alarmNotice(alarms[0]!).message).toMatch(
      /^effectiveAnswers: effectiveAnswersRatio 0.3 at step 4, below 0.5.*; nothing is changed$/,
    );
  });

  it("goes by the distance from the base where there is a probe, and by nothing else", () => {
    const records = [
      line("step", 1, { effectiveAnswersRatio: 0.1 }),
      line("step", 2, { effectiveAnswersRatio: 0.1 }),
      line("probe", 2, { sequenceKl: 1.5 }),
    ];
    const { alarms } = monitoringOf({ steps: 2, probe: { every: 1 } }, records);
    expect(alarms).toMatchObject([
      { monitor: "driftFromBase", series: "probe.sequenceKl", value: 1.5, bound: 1 },
    ]);
    expect(alarmNotice(alarms[0]!).message).toBe(
      "driftFromBase: probe.sequenceKl 1.5 at step 2, above 1; nothing is changed",
    );
  });
});

describe("when a line is judged", () => {
  it("a step and a validation after their step, an evaluation with the next, and the last at the end", () => {
    const of = (kind: "eval" | "validation") => ({
      [kind]: { on: `${kind}.mean`, detector: { kind: "threshold", below: 0.5 } } as const,
    });
    const low = (kind: "eval" | "validation", step: number) => line(kind, step, { mean: 0.1 });
    const steps = stepsWith([0, 0, 0]);
    expect(raisedAt(of("validation"), [...steps, low("validation", 2)])).toEqual(["2 after 2"]);
    expect(raisedAt(of("eval"), [...steps, low("eval", 2)])).toEqual(["2 after 3"]);
    expect(raisedAt(of("eval"), [...steps, low("eval", 3)])).toEqual(["3 after 3"]);
    expect(raisedAt(of("eval"), [low("eval", 0), ...steps])).toEqual(["0 after 1"]);
  });

  it("counts the outcomes behind a mean, which the canary needs", () => {
    const validation = (step: number, mean: number) =>
      line("validation", step, { mean, prompts: 32, samples: 8 });
    const records = [validation(0, 0.75), ...stepsWith([0, 0]), validation(1, 0.75), validation(2, 0.25)];
    const canary = { on: "validation.mean", detector: { kind: "canary" } } as const;
    expect(monitoring({ canary }, records).alarms).toMatchObject([{ step: 2, evidence: { trials: 256 } }]);
  });
});

describe("an alarm", () => {
  it("is raised once as long as it lasts, again after it has gone, and not within the cool-down", () => {
    const series = [1, 1, 1, 0, 1, 0, 0, 1];
    expect(raisedAt({ a: { ...high, cooldown: 0 } }, stepsWith(series))).toEqual(
      [1, 5, 8].map((step) => `${step} after ${step}`),
    );
    expect(raisedAt({ a: { ...high, cooldown: 4 } }, stepsWith(series))).toEqual(
      [1, 8].map((step) => `${step} after ${step}`),
    );
    // One that begins within the cool-down and outlasts it is raised then.
    expect(raisedAt({ a: { ...high, cooldown: 4 } }, stepsWith([1, 0, 1, 1, 1, 1, 1]))).toEqual([
      "1 after 1",
      "6 after 6",
    ]);
  });

  it("of lower-lr is raised again after each cool-down", () => {
    const a = { ...high, onAlarm: "lower-lr", cooldown: 2 } as const;
    expect(raisedAt({ a }, stepsWith(Array(8).fill(1)))).toEqual(
      [1, 4, 7].map((step) => `${step} after ${step}`),
    );
  });

  it("is not raised by a missing value", () => {
    const gap = line("step", 2, { topShare: null });
    const [first, , third] = stepsWith([0, 0, 0]);
    expect(raisedAt({ a: { ...high, cooldown: 0 } }, [first!, gap, third!])).toEqual([]);
  });
});

describe("a change of stage", () => {
  const rise = { on: "topShare", detector: { kind: "rise", by: 0.2, from: "first" } } as const;
  const stage = (step: number) => (step <= 2 ? 1 : 2);

  it("begins anew: other prompts have other answers", () => {
    expect(raisedAt({ a: { ...rise, mask: 0 } }, stepsWith([0.1, 0.1, 0.6, 0.6, 0.9], stage))).toEqual([
      "5 after 5",
    ]);
    expect(raisedAt({ a: rise }, stepsWith([0.1, 0.1, 0.6, 0.6]))).toEqual(["3 after 3"]);
  });

  it("is followed by steps that are not looked at", () => {
    const a = { ...high, cooldown: 0 };
    const series = [0, 0, 1, 1, 1, 1];
    expect(raisedAt({ a: { ...a, mask: 0 } }, stepsWith(series, stage))).toEqual(["3 after 3"]);
    expect(raisedAt({ a }, stepsWith(series, stage))).toEqual(["5 after 5"]);
    expect(raisedAt({ a: { ...a, mask: 4 } }, stepsWith(series, stage))).toEqual([]);
    // The first stage comes after no change.
    expect(raisedAt({ a: { ...a, mask: 4 } }, stepsWith([1], stage))).toEqual(["1 after 1"]);
  });

  it("leaves evaluations alone, whose prompts stay the same", () => {
    const fall = { on: "eval.mean", detector: { kind: "fall", by: 0.2 } } as const;
    const records = [
      line("eval", 0, { mean: 0.9 }),
      ...stepsWith([0, 0, 0, 0], stage),
      line("eval", 4, { mean: 0.5 }),
    ];
    expect(raisedAt({ fall }, records)).toEqual(["4 after 4"]);
  });
});

describe("the last healthy step", () => {
  it("is the last one at which none of the monitors had anything to say", () => {
    const patient = { ...high, detector: { ...high.detector, patience: 2 } };
    const of = (...series: number[]) => monitoring({ a: patient }, stepsWith(series)).healthy(["a"]);
    expect(of(0, 0, 1)).toBe(2);
    expect(of(0, 1, 1)).toBe(1);
    expect(of(0, 1, 0, 1, 1)).toBe(3);
    expect(of(0, 1, 0)).toBe(3);
    expect(of(1, 1)).toBe(1);
  });
});

describe("no look-ahead", () => {
  it("alarms up to a step are those of a run that ended there, however it was cut into processes", () => {
    const monitors = monitorsSchema.parse({
      rise: { on: "topShare", detector: { kind: "rise", by: 0.3 }, cooldown: 1 },
      cusum: { on: "topShare", detector: { kind: "cusum", prefix: 4 } },
      lower: { ...high, onAlarm: "lower-lr", cooldown: 2 },
      back: { on: "eval.mean", detector: { kind: "plateau", patience: 1 } },
    });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const runs = fc.array(fc.record({ topShare: share, mean: share, evaluated: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(runs, fc.nat(20), (steps, cut) => {
        const records = steps.flatMap(({ topShare, mean, evaluated }, i) => [
          line("step", i + 1, { topShare }),
          ...(evaluated ? [line("eval", i + 1, { mean })] : []),
        ]);
        const config = { monitors, steps: 20 };
        const whole = new Monitoring(config);
        whole.judge(steps.length, records);
        const at = Math.min(cut, steps.length);
        const first = new Monitoring(config);
        first.judge(
          at,
          records.filter((r) => r.step < at || (r.step === at && r.kind === "step")),
        );
        expect(first.alarms).toEqual(whole.alarms.filter(({ after }) => after <= at));
        // Another process, step by step to the end.
        for (let step = at + 1; step <= steps.length; step++) first.judge(step, records);
        expect(first.alarms).toEqual(whole.alarms);
      }),
      { numRuns: 60 },
    );
  });
});
