/** Each detector on series whose verdicts are known by hand, and what holds of all of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, theilSen } from "../../../src/core/detect/slope.js";
import { DETECTOR_KINDS, type DetectorSpec, detectorOf } from "../../../src/core/detect/spec.js";
import { atLeast } from "../../../src/core/detect/union.js";
import { inARow, type Point, verdictsOn } from "../../../src/core/detect/verdict.js";

const points = (values: readonly (number | null)[], trials?: number): Point[] =>
  values.map((value, i) => ({ step: i + 1, value, ...(trials === undefined ? {} : { trials }) }));
const LETTERS = { ok: ".", warn: "w", alarm: "A" };
const judged = (spec: DetectorSpec, values: readonly (number | null)[], trials?: number) =>
  verdictsOn(detectorOf(spec, values.length, 7), points(values, trials))
    .map(({ verdict }) => LETTERS[verdict])
    .join("");

describe("verdicts by hand", () => {
  it.each<[string, DetectorSpec, (number | null)[], string]>([
    ["a threshold above", { kind: "threshold", above: 0.5 }, [0.5, 0.51, 0.4], ".A."],
    ["a threshold below", { kind: "threshold", below: 0.5 }, [0.5, 0.49, 0.6], ".A."],
    ["a band", { kind: "threshold", above: 1, below: 0 }, [0.5, -1, 2], ".AA"],
    ["patience", { kind: "threshold", above: 0, patience: 3 }, [1, 1, 0, 1, 1, 1, 1], "ww.wwAA"],
    ["a rise from the first", { kind: "rise", by: 0.25, from: "first" }, [0.5, 0.25, 0.625, 0.875], "...A"],
    ["a rise from the lowest", { kind: "rise", by: 0.25 }, [0.5, 0.25, 0.5, 0.625], "...A"],
    ["a rise by a multiple", { kind: "rise", ratio: 2 }, [2, 1, 2, 2.5], "...A"],
    ["a rise by both", { kind: "rise", ratio: 2, by: 3 }, [1, 3, 4, 5], "...A"],
    ["a fall from the first", { kind: "fall", ratio: 0.8, from: "first" }, [10, 20, 9, 7.9], "...A"],
    ["a fall from the highest", { kind: "fall", ratio: 0.5 }, [10, 20, 10, 9], "...A"],
    ["a fall by both", { kind: "fall", ratio: 0.5, by: 8 }, [10, 4, 2, 1], "..." + "A"],
    ["a plateau", { kind: "plateau" }, [1, 2, 2, 1, 2, 3], "..wwA."],
    ["a plateau with a least rise", { kind: "plateau", minDelta: 1, patience: 2 }, [1, 2, 2, 4], ".wA."],
    ["a plateau of what should fall", { kind: "plateau", direction: "down", patience: 1 }, [3, 2, 2], "..A"],
    ["a slope", { kind: "slope", window: 3, above: 0.5 }, [0, 9, 0, 1, 2], "...." + "A"],
    ["values that are missing", { kind: "threshold", above: 0, patience: 2 }, [1, null, 1, null, 0], "wwAA."],
    ["no number", { kind: "rise", by: 1 }, [Number.NaN, 1, Number.POSITIVE_INFINITY, 3], "...A"],
  ])("%s", (_, spec, values, expected) => {
    expect(judged(spec, values)).toBe(expected);
  });

  it("says value, bound, step and grounds", () => {
    const [, second] = verdictsOn(detectorOf({ kind: "rise", by: 0.5 }, 2, 0), points([1, 2]));
    expect(second).toEqual({
      verdict: "alarm",
      value: 2,
      bound: 1.5,
      step: 2,
      evidence: { base: 1, baseStep: 1 },
    });
  });

  it("counts what it skipped", () => {
    const all = verdictsOn(detectorOf({ kind: "threshold", above: 1 }, 3, 0), points([null, null, 0]));
    expect(all.map(({ value, evidence }) => [value, evidence.skipped])).toEqual([
      [null, 1],
      [null, 2],
      [0, 2],
    ]);
  });
});

describe("Theil–Sen", () => {
  it.each<[string, [number, number][], number]>([
    // Slopes 1, 1, 1: a line. Then 10/3 and the like of a wild last value: sorted 1, 1, 1, 3.25, 4.333, 7.5 … by hand.
    [
      "a line",
      [
        [1, 0],
        [2, 1],
        [3, 2],
      ],
      1,
    ],
    // Pairs: 1, 1, 1 between the first three; to (4, 10): 10/3, 9/2, 8. Sorted 1, 1, 1, 10/3, 9/2, 8; the middle two 1 and 10/3.
    [
      "a wild end",
      [
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 10],
      ],
      (1 + 10 / 3) / 2,
    ],
    // Pairs: (1,5)-(3,1) −2, (1,5)-(7,2) −1/2, (3,1)-(7,2) 1/4: the middle is −1/2.
    [
      "uneven steps",
      [
        [1, 5],
        [3, 1],
        [7, 2],
      ],
      -0.5,
    ],
  ])("%s", (_, pairs, expected) => {
    expect(theilSen(pairs.map(([step, value]) => ({ step, value })))).toBeCloseTo(expected, 12);
  });

  it("takes the mean of the two in the middle", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});

describe("unions", () => {
  const member = (above: number) => detectorOf({ kind: "threshold", above }, 1, 0)();
  const at = (step: number, ...values: (number | undefined)[]) =>
    values.map((value) => (value === undefined ? undefined : { step, value }));

  it("need as many as asked for at the same time, and name the first", () => {
    const two = atLeast(2, [member(1), member(2), member(3)]);
    expect(two(at(1, 2, 0, 0))).toMatchObject({ verdict: "warn", evidence: { inAlarm: 1, atLeast: 2 } });
    expect(two(at(2, 0, 0, 0)).verdict).toBe("ok");
    expect(two(at(3, 0, 2.5, 4))).toMatchObject({
      verdict: "alarm",
      value: 2.5,
      bound: 2,
      evidence: { member: 1 },
    });
  });

  it("keep the verdict of a member without a new value", () => {
    const any = atLeast(2, [member(1), member(1)]);
    expect(any(at(1, 2, undefined)).verdict).toBe("warn");
    expect(any(at(2, undefined, 2)).verdict).toBe("alarm");
    expect(any(at(3, 0, undefined)).verdict).toBe("warn");
  });

  it("take their figures of a member that has a value, where the first in alarm just lacks one", () => {
    const two = atLeast(2, [member(1), member(2)]);
    two(at(1, 4, 0));
    const missing = [
      { step: 2, value: null },
      { step: 2, value: 3 },
    ];
    expect(two(missing)).toMatchObject({ verdict: "alarm", value: 3, bound: 2, evidence: { member: 1 } });
  });

  it("have a patience of their own, whichever member it is", () => {
    const patient = inARow(atLeast(1, [member(1), member(1)]), 2);
    expect(patient(at(1, 2, 0)).verdict).toBe("warn");
    expect(patient(at(2, 0, 2)).verdict).toBe("alarm");
  });
});

/** A spec of every kind, with its bounds. */
const specs: DetectorSpec[] = DETECTOR_KINDS.flatMap(
  (kind): DetectorSpec[] =>
    ({
      threshold: [{ kind, above: 0.7, below: 0.2, patience: 2 }],
      rise: [
        { kind, by: 0.1 },
        { kind, ratio: 1.5, from: "first" as const, patience: 2 },
      ],
      fall: [{ kind, ratio: 0.8, patience: 3 }],
      plateau: [{ kind }],
      slope: [{ kind, window: 4, above: 0.05 }],
      cusum: [{ kind }, { kind, direction: "down" as const, prefix: 4, h: 3 }],
      "e-detector": [
        { kind, alpha: 0.05 },
        { kind, direction: "down" as const, prefix: 2, alpha: 0.1 },
      ],
      canary: [{ kind }],
    })[kind],
);

describe("what holds of every detector", () => {
  const series = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 8 }), {
    maxLength: 40,
  });

  it.each(specs.map((spec) => [JSON.stringify(spec), spec] as const))("prefix consistency: %s", (_, spec) => {
    fc.assert(
      fc.property(series, fc.nat(40), (values, cut) => {
        const detector = detectorOf(spec, 40, 3);
        const all = points(values, 64);
        // Verdicts on what has been are those that they were, and the same again.
        expect(verdictsOn(detector, all.slice(0, cut))).toEqual(verdictsOn(detector, all).slice(0, cut));
      }),
      { numRuns: 40 },
    );
  });

  it.each(specs.map((spec) => [JSON.stringify(spec), spec] as const))(
    "a missing value changes no later verdict: %s",
    (_, spec) => {
      fc.assert(
        fc.property(series, (values) => {
          const all = points(values, 64);
          const bare = ({
            evidence: { skipped: _, ...evidence },
            ...verdict
          }: ReturnType<typeof verdictsOn>[0]) => ({
            ...verdict,
            evidence,
          });
          const there = all.filter(({ value }) => value !== null);
          const of = (some: readonly Point[]) => verdictsOn(detectorOf(spec, 40, 3), some);
          expect(of(all).flatMap((own, i) => (all[i]!.value === null ? [] : [bare(own)]))).toEqual(
            of(there).map(bare),
          );
        }),
        { numRuns: 40 },
      );
    },
  );
});
