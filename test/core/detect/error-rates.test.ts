/** The statistical detectors against what theory promises of them, by simulation with fixed seeds. */
import { describe, expect, it } from "vitest";
import { prefixOf, scaleOf } from "../../../src/core/detect/baseline.js";
import { blockLength, bootstrapLimit } from "../../../src/core/detect/bootstrap-limit.js";
import { cusumStep, siegmundArl } from "../../../src/core/detect/cusum-step.js";
import { type DetectorSpec, detectorOf } from "../../../src/core/detect/spec.js";
import { verdictsOn } from "../../../src/core/detect/verdict.js";
import { lowerProportion, upperProportion, upperTail } from "../../../src/core/statistics/clopper-pearson.js";
import { mean } from "../../../src/numbers.js";
import { Random } from "../../../src/random.js";

const firstAlarm = (spec: DetectorSpec, values: readonly number[], trials?: number): number | null => {
  const points = values.map((value, i) => ({ step: i, value, ...(trials === undefined ? {} : { trials }) }));
  const at = verdictsOn(detectorOf(spec, values.length, 1), points).findIndex(
    ({ verdict }) => verdict === "alarm",
  );
  return at < 0 ? null : at;
};

const binomial = (random: Random, n: number, p: number): number => {
  let right = 0;
  for (let i = 0; i < n; i++) if (random.next() < p) right++;
  return right;
};

/** AR(1) of variance 1. */
const autoregressive = (random: Random, length: number, rho: number): number[] => {
  const values = [random.normal()];
  while (values.length < length)
    values.push(rho * values.at(-1)! + Math.sqrt(1 - rho * rho) * random.normal());
  return values;
};

describe("CUSUM", () => {
  // Table values of a one-sided CUSUM with k = 0.5: Hawkins and Olwell 1998 give 38.5, 168 and 465 for h = 2, 4 (335.4) and 5 (930.9).
  it.each([
    [0.5, 2, 38.5],
    [0.5, 3, 117.6],
    [0.5, 4, 335.4],
    [0.5, 5, 930.9],
  ])("Siegmund's formula is within 3%% of the exact run length at k %d, h %d", (k, h, exact) => {
    expect(Math.abs(siegmundArl(k, h) / exact - 1)).toBeLessThan(0.03);
  });

  it.each([
    [0.5, 3],
    [0.5, 4],
    [1, 2],
  ])("runs as long as Siegmund's formula says at k %d, h %d", (k, h) => {
    const runs = Array.from({ length: 600 }, (_, run) => {
      const random = new Random(11, run);
      let [sum, steps] = [0, 0];
      while (sum <= h) {
        sum = cusumStep(sum, random.normal(), k);
        steps++;
      }
      return steps;
    });
    // Run lengths are nearly exponential: the standard error of the mean of 600 is 4%.
    expect(Math.abs(mean(runs) / siegmundArl(k, h) - 1)).toBeLessThan(0.13);
  });

  /** Share of healthy series that alarm: 200 values, of which a fifth are the prefix. */
  const falseAlarms = (spec: DetectorSpec, rho: number): number => {
    const runs = 200;
    let alarms = 0;
    for (let run = 0; run < runs; run++)
      if (firstAlarm(spec, autoregressive(new Random(5, run), 200, rho)) !== null) alarms++;
    return alarms / runs;
  };

  it("with an estimated mean and a fixed limit alarms on most healthy series that hang together", () => {
    expect(falseAlarms({ kind: "cusum", h: 5.75 }, 0.5)).toBeGreaterThan(0.6);
  });

  it.each([
    [0, 0.15],
    [0.5, 0.35],
  ])("with a limit from blocks of its prefix keeps near its rate: AR(1) with %d", (rho, most) => {
    const rate = falseAlarms({ kind: "cusum", alpha: 0.05 }, rho);
    expect(rate).toBeLessThan(most);
  });

  it("still finds a shift of two deviations", () => {
    for (let run = 0; run < 20; run++) {
      const values = autoregressive(new Random(6, run), 200, 0).map((value, i) => value + (i >= 100 ? 2 : 0));
      const at = firstAlarm({ kind: "cusum" }, values);
      expect(at).not.toBeNull();
    }
  });

  it("is deterministic, and prolongs a prefix without any spread", () => {
    const values = [...Array(20).fill(0.5), 0.5, 0.6, 0.5, 0.6, 9, 9, 9];
    const spec: DetectorSpec = { kind: "cusum", prefix: 8, h: 8 };
    expect(firstAlarm(spec, values)).toBe(24);
    const prefix = [1, 2, 3, 2, 1, 2, 4, 2];
    const options = { k: 0.5, alpha: 0.05, length: 30, seed: 9 };
    expect(bootstrapLimit(prefix, options)).toBe(bootstrapLimit(prefix, options));
    expect(bootstrapLimit(prefix, { ...options, alpha: 0.5 })).toBeLessThan(bootstrapLimit(prefix, options));
  });

  it("measures a prefix of a fifth, at least eight, in blocks of the cube root", () => {
    expect([10, 40, 41, 100].map(prefixOf)).toEqual([8, 8, 9, 20]);
    expect([8, 27, 40].map(blockLength)).toEqual([2, 3, 3]);
    expect(scaleOf([1, 2, 3])).toEqual({ mean: 2, sd: 1 });
  });
});

describe("the e-detector", () => {
  /** Values to a false alarm, 1/alpha times as many where none came. */
  const runLength = (draw: (random: Random, last: number) => number, alpha: number, run: number): number => {
    const random = new Random(21, run);
    const watch = detectorOf({ kind: "e-detector", prefix: 8, alpha }, 0, 0)();
    let last = 0.5;
    for (let steps = 0; ; steps++) {
      last = draw(random, last);
      const { verdict } = watch({ step: steps, value: last });
      if (verdict === "alarm" || steps > 20 / alpha) return steps - 8;
    }
  };

  it.each<[string, (random: Random, last: number) => number]>([
    ["independent shares", (random) => 0.2 + 0.2 * random.next()],
    ["shares of 64", (random) => binomial(random, 64, 0.3) / 64],
    ["coins", (random) => Number(random.next() < 0.5)],
    ["shares that hang together", (random, last) => 0.8 * last + 0.2 * random.next()],
  ])("alarms on a healthy series once in 1/alpha values at most: %s", (_, draw) => {
    const lengths = Array.from({ length: 60 }, (_, run) => runLength(draw, 0.01, run));
    expect(mean(lengths)).toBeGreaterThan(100);
  });

  it("finds a share that rises for good", () => {
    for (let run = 0; run < 20; run++) {
      const random = new Random(22, run);
      const values = Array.from({ length: 200 }, (_, i) => binomial(random, 64, i < 60 ? 0.1 : 0.4) / 64);
      const at = firstAlarm({ kind: "e-detector", prefix: 20 }, values)!;
      expect(at).toBeGreaterThanOrEqual(60);
      expect(at).toBeLessThan(110);
    }
  });
});

describe("the canary", () => {
  it("has the exact lower bound of a proportion", () => {
    // Clopper–Pearson, one-sided 97.5%: 5 of 10 from 0.1871, 10 of 10 from 0.025^(1/10), 1 of 20 from 0.001265.
    expect(lowerProportion(5, 10, 0.025)).toBeCloseTo(0.1871, 4);
    expect(lowerProportion(10, 10, 0.025)).toBeCloseTo(0.025 ** 0.1, 8);
    expect(lowerProportion(1, 20, 0.025)).toBeCloseTo(1 - 0.975 ** (1 / 20), 8);
    expect(lowerProportion(0, 20, 0.025)).toBe(0);
    // The other side: none of 29 at the one-sided 95%, and all of 20.
    expect(upperProportion(0, 29, 0.05)).toBeCloseTo(1 - 0.05 ** (1 / 29), 8);
    expect(upperProportion(5, 10, 0.025)).toBeCloseTo(0.8129, 4);
    expect(upperProportion(20, 20, 0.025)).toBe(1);
    expect(upperTail(1, 2, 0.5)).toBeCloseTo(0.75, 12);
  });

  /** Measurements of prompts with these chances, k samples each. */
  const measured = (random: Random, chances: readonly number[], samples: number): number =>
    chances.reduce((sum, p) => sum + binomial(random, samples, p), 0) / (chances.length * samples);

  it.each<[string, (i: number) => number]>([
    ["equal chances", () => 0.6],
    ["chances of 0.05 and 0.95", (i) => (i % 2 === 0 ? 0.05 : 0.95)],
    ["low chances", () => 0.1],
  ])(
    "alarms in at most alpha of the runs that never fall, however often they are measured: %s",
    (_, chance) => {
      const chances = Array.from({ length: 16 }, (_, i) => chance(i));
      let alarms = 0;
      for (let run = 0; run < 400; run++) {
        const random = new Random(31, run);
        const values = Array.from({ length: 100 }, () => measured(random, chances, 4));
        if (firstAlarm({ kind: "canary", alpha: 0.05 }, values, 64) !== null) alarms++;
      }
      expect(alarms / 400).toBeLessThanOrEqual(0.05);
    },
  );

  it("finds a fall by 20 points on 32 prompts in a few measurements", () => {
    for (let run = 0; run < 20; run++) {
      const random = new Random(32, run);
      const of = (p: number) => measured(random, Array(32).fill(p), 8);
      const values = [of(0.7), ...Array.from({ length: 12 }, () => of(0.5))];
      expect(firstAlarm({ kind: "canary" }, values, 256)).toBeLessThan(8);
    }
  });
});
