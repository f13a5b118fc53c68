import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Aggregation, type AggregationOptions, tokenWeights } from "../../../src/core/loss/aggregate.js";
import fixture from "../../fixtures/advantages.json" with { type: "json" };

const modes = [
  { mode: "token-mean" },
  { mode: "sequence-mean" },
  { mode: "constant-length", constantLength: 8 },
] as const satisfies AggregationOptions[];

const batch = fc
  .array(
    fc.array(fc.tuple(fc.nat(9), fc.double({ min: -3, max: 3, noNaN: true })), {
      minLength: 2,
      maxLength: 4,
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((groups) => ({
    lengths: groups.map((group) => group.map(([length]) => length)),
    advantages: groups.map((group) => group.map(([, advantage]) => advantage)),
  }));

const flatten = (weights: readonly (readonly Float32Array[])[]) => weights.flat().map((w) => [...w]);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe("tokenWeights", () => {
  const lengths = [
    [4, 2],
    [1, 3],
  ];
  const advantages = [
    [1, -1],
    [2, 0],
  ];

  it.each([
    ["token-mean", undefined, [1 / 10, -1 / 10, 2 / 10, 0]],
    ["sequence-mean", undefined, [1 / 16, -1 / 8, 2 / 4, 0]],
    ["constant-length", 5, [1 / 20, -1 / 20, 2 / 20, 0]],
  ] as const)("%s, by hand", (mode, constantLength, expected) => {
    const weights = tokenWeights(
      lengths,
      advantages,
      constantLength === undefined ? { mode } : { mode, constantLength },
    );
    expect(flatten(weights)).toEqual(
      lengths.flat().map((length, i) => new Array<number>(length).fill(Math.fround(expected[i]!))),
    );
  });

  it.each(modes)("sums to the batch's mean as $mode defines it", (options) => {
    fc.assert(
      fc.property(batch, ({ lengths, advantages }) => {
        const total = sum(flatten(tokenWeights(lengths, advantages, options)).flat());
        const all = lengths.flat().map((length, i) => ({ length, a: advantages.flat()[i]! }));
        const tokenSum = sum(all.map(({ length, a }) => length * a));
        const definition = {
          "token-mean": tokenSum / Math.max(1, sum(all.map(({ length }) => length))),
          "sequence-mean": sum(all.map(({ length, a }) => (length > 0 ? a : 0))) / all.length,
          "constant-length": tokenSum / (all.length * 8),
        }[options.mode];
        expect(total).toBeCloseTo(definition, 5);
      }),
    );
  });

  it("agrees between modes when all lengths are equal", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), batch, (length, { advantages }) => {
        const lengths = advantages.map((group) => group.map(() => length));
        const [token, sequence, constant] = (
          ["token-mean", "sequence-mean", "constant-length"] satisfies Aggregation[]
        ).map((mode) => flatten(tokenWeights(lengths, advantages, { mode, constantLength: length })).flat());
        token!.forEach((weight, i) => {
          expect(sequence![i]).toBeCloseTo(weight, 6);
          expect(constant![i]).toBeCloseTo(weight, 6);
        });
      }),
    );
  });

  it.each(modes)(
    "is 0 exactly for a group without advantage, and the others still count it ($mode)",
    (options) => {
      fc.assert(
        fc.property(batch, fc.nat(), ({ lengths, advantages }, pick) => {
          const skipped = pick % lengths.length;
          const silenced = advantages.map((group, g) => (g === skipped ? group.map(() => 0) : group));
          const before = tokenWeights(lengths, advantages, options);
          const after = tokenWeights(lengths, silenced, options);
          expect(after[skipped]!.every((w) => w.every((value) => value === 0))).toBe(true);
          // Leaving the silent group out of the update is exact: nobody else's weight depends on its advantages.
          expect(after.filter((_, g) => g !== skipped)).toEqual(before.filter((_, g) => g !== skipped));
        }),
      );
    },
  );

  it("takes an advantage for each token", () => {
    const weights = tokenWeights([[2, 3]], [[[1, 2], 4]], { mode: "token-mean" });
    expect(flatten(weights)).toEqual([
      [1 / 5, 2 / 5].map(Math.fround),
      [4 / 5, 4 / 5, 4 / 5].map(Math.fround),
    ]);
  });

  it.each([
    [[[2, 3]], [[1, 2], [3]], "batch"],
    [[[2, 3]], [[1]], "group 0"],
    [[[2, 3]], [[1, [1, 2]]], "group 0, rollout 1"],
  ])("refuses shapes that differ: %j and %j", (lengths, advantages, where) => {
    expect(() => tokenWeights(lengths, advantages, { mode: "token-mean" })).toThrow(
      expect.objectContaining({ code: "loss-shape-mismatch", where }),
    );
  });

  it.each([undefined, 0, -1, Number.NaN])("refuses the constant length %s", (constantLength) => {
    const options = constantLength === undefined ? {} : { constantLength };
    expect(() => tokenWeights([[1]], [[1]], { mode: "constant-length", ...options })).toThrow(
      expect.objectContaining({ code: "loss-constant-length" }),
    );
  });
});

describe("against the gradient of TRL's loss, on policy", () => {
  it.each(fixture.losses)("$mode ($lossType)", (c) => {
    const options = { mode: c.mode as Aggregation, constantLength: c.constantLength };
    const [weights] = tokenWeights([c.lengths], [c.advantages], options);
    weights!.forEach((w, i) => {
      expect(w.length).toBe(c.weights[i]!.length);
      w.forEach((value, t) => {
        expect(Math.abs(value - c.weights[i]![t]!)).toBeLessThanOrEqual(1e-6);
      });
    });
    // At ratio 1 the loss itself is minus the sum of the weights.
    expect(-sum(flatten([weights!]).flat())).toBeCloseTo(c.loss, 6);
  });
});
