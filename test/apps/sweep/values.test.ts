/** Combinations of a sweep and the names of its runs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyNames, runNames, valueText } from "../../../src/apps/sweep/names.js";
import { grid, randomCombinations, valueAt } from "../../../src/apps/sweep/values.js";
import type { SweepFile } from "../../../src/config/sweep-config.js";

const whole = (key: string) => key.startsWith("n");
const never = () => false;
const log = { min: 1e-5, max: 1e-1, scale: "log" } as const;
const linear = { min: 0, max: 1, scale: "linear" } as const;

const scalar = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.record({ task: fc.string(), levels: fc.array(fc.integer()) }),
);
/** Keys of any spelling, with values that differ as JSON. */
const axes = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z.]{0,12}$/),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 4, selector: (value) => JSON.stringify(value) }),
  { minKeys: 1, maxKeys: 3 },
) as fc.Arbitrary<SweepFile["sweep"]>;

describe("a grid", () => {
  it("has every combination once, the last key varying fastest", () => {
    expect(grid({ a: [1, 2], b: ["x", "y"] }, never)).toEqual([
      [
        ["a", 1],
        ["b", "x"],
      ],
      [
        ["a", 1],
        ["b", "y"],
      ],
      [
        ["a", 2],
        ["b", "x"],
      ],
      [
        ["a", 2],
        ["b", "y"],
      ],
    ]);
  });

  it.each([
    ["linear", { ...linear, points: 5 }, [0, 0.25, 0.5, 0.75, 1]],
    ["linear, with a span that tenths do not divide", { ...linear, points: 4 }, [0, 0.333, 0.667, 1]],
    ["logarithmic", { ...log, points: 5 }, [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]],
    [
      "of odd ends, which stay",
      { min: 0.12345, max: 0.98765, scale: "linear" as const, points: 2 },
      [0.12345, 0.98765],
    ],
  ])("takes the points of a range: %s", (_, range, values) => {
    expect(grid({ a: range }, never).map(([pair]) => pair![1])).toEqual(values);
  });

  it("takes whole numbers where the key does", () => {
    expect(
      grid({ n: { min: 2, max: 32, scale: "log", points: 5 } }, whole).map(([pair]) => pair![1]),
    ).toEqual([2, 4, 8, 16, 32]);
  });

  it.each([
    ["in a list", { a: [1, 2, 1] }],
    ["in a list of maps", { a: [{ x: 1 }, { x: 1 }] }],
    ["of a range of whole numbers", { n: { min: 1, max: 3, scale: "linear", points: 9 } }],
  ])("refuses a value twice: %s", (_, sweep) => {
    expect(() => grid(sweep as SweepFile["sweep"], whole)).toThrow(
      expect.objectContaining({ code: "sweep-values" }),
    );
  });

  it("gives runs names that differ, also where upper case is lower case, and that any system takes", () => {
    fc.assert(
      fc.property(axes, fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 3 }), (sweep, seeds) => {
        const runs = grid(sweep, never).flatMap((values) => seeds.map((seed) => ({ values, seed })));
        const names = runNames(runs);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(runs.length);
        expect(runNames(runs)).toEqual(names);
        for (const name of names) {
          expect(name).toMatch(/^[\w.,=+-]+$/);
          expect(name).not.toMatch(/\.$/);
          expect(name.length).toBeLessThan(200);
        }
      }),
    );
  });
});

describe("random search", () => {
  const sweep = { lr: log, n: { min: 2, max: 9, scale: "linear" as const }, reward: ["majority", "soft"] };

  it("is the same for a seed, another for another, and begins as a shorter one does", () => {
    const draw = (runs: number, seed: number) => randomCombinations({ sweep, runs, seed }, whole);
    expect(draw(8, 3)).toEqual(draw(8, 3));
    expect(draw(8, 3)).not.toEqual(draw(8, 4));
    expect(draw(20, 3).slice(0, 8)).toEqual(draw(8, 3));
  });

  it("draws a key alike whatever else varies", () => {
    const lr = (keys: SweepFile["sweep"]) =>
      randomCombinations({ sweep: keys, runs: 6, seed: 1 }, whole).map((one) => new Map(one).get("lr"));
    expect(lr({ lr: log })).toEqual(lr({ reward: ["majority", "soft"], lr: log }));
  });

  it("stays within the range, on the scale, and reaches each whole number", () => {
    const drawn = randomCombinations({ sweep, runs: 400, seed: 0 }, whole).map((one) => new Map(one));
    const rates = drawn.map((one) => one.get("lr") as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(log.min);
    expect(Math.max(...rates)).toBeLessThanOrEqual(log.max);
    // Half of four decades are below 1e-3; of a linear scale it would be a hundredth.
    const below = rates.filter((rate) => rate < 1e-3).length;
    expect(below).toBeGreaterThan(150);
    expect(below).toBeLessThan(250);
    expect(new Set(drawn.map((one) => one.get("n")))).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it("draws all there is, and says where there is no more", () => {
    const few = { reward: ["a", "b", "c"] };
    expect(randomCombinations({ sweep: few, runs: 3, seed: 0 }, never)).toHaveLength(3);
    expect(() => randomCombinations({ sweep: few, runs: 4, seed: 0 }, never)).toThrow(
      expect.objectContaining({ code: "sweep-space", found: 3, expected: 4 }),
    );
  });

  it("gives values between the ends, whatever the range", () => {
    const ends = fc.tuple(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    );
    fc.assert(
      fc.property(ends, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), ([a, b], share, isLog) => {
        fc.pre(a !== b);
        const range = { min: Math.min(a, b), max: Math.max(a, b), scale: isLog ? "log" : "linear" } as const;
        const value = valueAt(range, share, false);
        expect(value).toBeGreaterThanOrEqual(range.min);
        expect(value).toBeLessThanOrEqual(range.max);
      }),
    );
  });
});

describe("names", () => {
  const nameOf = (values: readonly (readonly [string, unknown])[], seed: number | null = null) =>
    runNames([{ values, seed }])[0];

  it.each([
    [
      [
        ["adam.learningRate", 1e-4],
        ["samplesPerPrompt", 16],
      ],
      0,
      "lr=1e-4,n=16,seed=0",
    ],
    [[["adam.learningRate", 0.05]], null, "lr=0.05"],
    [
      [
        ["steps", 1000],
        ["reward", "self-certainty"],
      ],
      null,
      "steps=1000,reward=self-certainty",
    ],
    [
      [
        ["adam.beta1", 0.9],
        ["lora.rank", 8],
      ],
      12,
      "beta1=0.9,rank=8,seed=12",
    ],
    [
      [
        ["evaluation.size", 4],
        ["prompts.size", 8],
      ],
      null,
      "evaluation.size=4,prompts.size=8",
    ],
    [[["testTime", true]], null, "testTime=true"],
    [[], 3, "seed=3"],
  ] as const)("%j with seed %j is %s", (values, seed, name) => {
    expect(nameOf(values, seed)).toBe(name);
  });

  it("marks a value that a file name cannot hold, so that values stay apart", () => {
    const a = nameOf([["model", "runs/a/base"]]);
    const b = nameOf([["model", "runs-a-base"]]);
    expect(a).toMatch(/^model=runs-a-base-[0-9a-f]{6}$/);
    expect(b).toBe("model=runs-a-base");
  });

  it("tells apart what reads alike", () => {
    const runs = [true, "true", "TRUE"].map((value) => ({ values: [["x", value]] as const, seed: null }));
    const names = runNames(runs);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(3);
  });

  it("does not take a seed of another kind for the seed of the run", () => {
    expect(keyNames(["data.seed"]).get("data.seed")).toBe("data.seed");
  });

  it.each([
    [1e-4, "1e-4"],
    [2.5e-5, "2.5e-5"],
    [1e21, "1e21"],
    [-3, "-3"],
    [0, "0"],
    [["a", 1], "a+1"],
    [{ task: "gcd", size: 4 }, "task-gcd+size-4"],
    [null, "null"],
  ])("reads %j as %s", (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});
