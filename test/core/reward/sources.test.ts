/** Sources beside majority and stored labels: what each pays, by hand and as properties. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRewards } from "../../../src/core/reward/check.js";
import { formatReward, randomReward, wrongAnswerReward } from "../../../src/core/reward/controls.js";
import { negativeEntropyReward, selfCertaintyReward } from "../../../src/core/reward/intrinsic.js";
import { withNoise } from "../../../src/core/reward/label-noise.js";
import { majorityReward } from "../../../src/core/reward/majority.js";
import { majorityNoveltyReward } from "../../../src/core/reward/majority-novelty.js";
import { labelledPart, mixedReward } from "../../../src/core/reward/mixed.js";
import type { RewardSource } from "../../../src/core/reward/reward-source.js";
import { piecesOf, similarity } from "../../../src/core/reward/similarity.js";
import { softReward } from "../../../src/core/reward/soft.js";
import { movingTeacherReward } from "../../../src/core/reward/teacher.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { Random } from "../../../src/random.js";
import { makeBatch } from "./make-batch.js";
import { makeGroup } from "./make-group.js";

const answers = fc.array(fc.option(fc.constantFrom("1", "2", "3"), { nil: null }), {
  minLength: 2,
  maxLength: 12,
});

describe.each<[string, RewardSource]>([
  ["majority", majorityReward()],
  ["soft", softReward()],
  ["soft with a threshold", softReward({ agreementThreshold: 0.5 })],
  ["majority-novelty", majorityNoveltyReward()],
  ["mixed", mixedReward(new Map([["p", "2"]]))],
  ["random", randomReward({ seed: 3 })],
  ["format", formatReward()],
  ["wrong-answer", wrongAnswerReward()],
])("any source: %s", (name, source) => {
  it("returns what checkRewards asks for, the same for the same batch after any other", async () => {
    await fc.assert(
      fc.asyncProperty(answers, answers, answers, async (p, q, other) => {
        const batch = makeBatch({ p, q });
        const first = await source.rewards(batch);
        expect(checkRewards(name, batch, first)).toBe(first);
        await source.rewards(makeBatch({ p: other }));
        expect(await source.rewards(batch)).toEqual(first);
      }),
    );
  });

  it("never pays a rollout without an answer more than one with, but at random", async () => {
    if (name === "random") return;
    await fc.assert(
      fc.asyncProperty(answers, async (p) => {
        const [paid] = await source.rewards(makeBatch({ p }));
        const { rewards } = paid!;
        const silent = rewards.filter((_, i) => p[i] === null);
        const speaking = rewards.filter((_, i) => p[i] !== null);
        for (const reward of silent) expect(reward).toBeLessThanOrEqual(Math.min(...speaking, 0));
      }),
    );
  });
});

describe("the soft reward", () => {
  it("pays each answer its share of all that were sampled", () => {
    const [reward] = softReward().rewards(makeBatch({ p: ["7", "8", "7", null] }));
    expect(reward).toEqual({ label: null, rewards: [0.5, 0.25, 0.5, 0], rewarded: true });
  });

  it("pays tied classes alike, and a group of which nobody answered nothing", () => {
    const rewards = softReward().rewards(makeBatch({ p: ["7", "8"], q: [null, null] }));
    expect(rewards.map(({ rewards, rewarded }) => [rewards, rewarded])).toEqual([
      [[0.5, 0.5], true],
      [[0, 0], false],
    ]);
  });

  it("counts those that only vote, and pays those that are trained", () => {
    const batch = makeBatch({ p: ["7", "8"] }, { voters: { p: ["8", "8", "9", null] } });
    expect(softReward().rewards(batch)[0]!.rewards).toEqual([1 / 6, expect.closeTo(3 / 6, 12)]);
  });

  it("weighs votes as the vote does", () => {
    const batch = makeBatch({ p: ["7", "8"] }, { vote: { weights: [1, 3] } });
    expect(softReward().rewards(batch)[0]!.rewards).toEqual([0.25, 0.75]);
  });

  it("sums over a group to the sum of squares of its shares times n", () => {
    fc.assert(
      fc.property(answers, (p) => {
        const [reward] = softReward().rewards(makeBatch({ p }));
        const { classes } = majorityVote(p);
        const squares = classes.reduce((sum, { count }) => sum + (count / p.length) ** 2, 0);
        expect(reward!.rewards.reduce((a, b) => a + b, 0)).toBeCloseTo(squares * p.length, 12);
      }),
    );
  });
});

describe("more votes than trained rollouts", () => {
  it("the label is that of all: the trained ones' own majority may lose", () => {
    const batch = makeBatch({ p: ["7", "7", "8"] }, { voters: { p: ["8", "8", "8"] } });
    expect(majorityReward().rewards(batch)).toEqual([{ label: "8", rewards: [0, 0, 1], rewarded: true }]);
    expect(wrongAnswerReward().rewards(batch)[0]!.rewards).toEqual([1, 1, 0]);
    expect(majorityNoveltyReward({ width: 0 }).rewards(batch)[0]!.rewards).toEqual([-1, -1, 1]);
  });
});

describe("controls", () => {
  it("random pays the given share, by seed, step, prompt and sample", async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, p) => [`p${p}`, new Array(40).fill("1")]));
    const source = randomReward({ seed: 1, probability: 0.3 });
    const flat = async (of: RewardSource, step: number) =>
      (await of.rewards(makeBatch(many, { step }))).flatMap(({ rewards }) => rewards);
    const first = await flat(source, 1);
    const mean = first.reduce((a, b) => a + b, 0) / first.length;
    // 2000 draws: a standard deviation of 0.01.
    expect(Math.abs(mean - 0.3)).toBeLessThan(0.05);
    expect(await flat(randomReward({ seed: 1, probability: 0.3 }), 1)).toEqual(first);
    expect(await flat(source, 2)).not.toEqual(first);
    expect(await flat(randomReward({ seed: 2, probability: 0.3 }), 1)).not.toEqual(first);
    // A prompt is paid the same in whatever company.
    expect((await source.rewards(makeBatch({ p7: many.p7! })))[0]!.rewards).toEqual(first.slice(280, 320));
  });

  it("random does not look at answers", async () => {
    const pay = async (list: (string | null)[]) =>
      (await randomReward({ seed: 1 }).rewards(makeBatch({ p: list })))[0]!.rewards;
    expect(await pay(["1", "2", null, "1"])).toEqual(await pay(["5", null, "5", "5"]));
  });

  it.each([-0.1, 1.1, Number.NaN])("random refuses the probability %d", (probability) => {
    expect(() => randomReward({ seed: 0, probability })).toThrow(
      expect.objectContaining({ code: "reward-probability-out-of-range" }),
    );
  });

  it("format pays any answer", () => {
    expect(formatReward().rewards(makeBatch({ p: ["7", null, "8", " "] }))[0]).toEqual({
      label: null,
      rewards: [1, 0, 1, 0],
      rewarded: true,
    });
  });

  it("wrong-answer pays who answered other than the majority, and nobody on a tie", () => {
    const rewards = wrongAnswerReward().rewards(makeBatch({ p: ["7", "8", "7", null], q: ["7", "8"] }));
    expect(rewards[0]).toEqual({ label: null, rewards: [0, 1, 0, 0], rewarded: true });
    expect(rewards[1]!.rewarded).toBe(false);
  });

  it("wrong-answer and majority share out what format pays", () => {
    fc.assert(
      fc.property(answers, (p) => {
        const batch = makeBatch({ p });
        const [right, wrong, all] = [majorityReward(), wrongAnswerReward(), formatReward()].map(
          (source) => source.rewards(batch)[0]!,
        );
        if (!right!.rewarded) return;
        expect(right!.rewards.map((r, i) => r + wrong!.rewards[i]!)).toEqual(all!.rewards);
      }),
    );
  });
});

describe("intrinsic rewards", () => {
  const batch = {
    ...makeBatch({ p: ["7", null], q: ["1", "2"] }),
    measured: [
      [2.5, 0.5],
      [1, 3],
    ],
  };

  it("are the mean certainty, or less the mean entropy, and keep what was measured", async () => {
    expect(await selfCertaintyReward().rewards(batch)).toEqual([
      { label: null, rewards: [2.5, 0.5], scores: [2.5, 0.5], rewarded: true },
      { label: null, rewards: [1, 3], scores: [1, 3], rewarded: true },
    ]);
    expect(
      (await negativeEntropyReward().rewards(batch)).map(({ rewards, scores }) => [rewards, scores]),
    ).toEqual([
      [
        [-2.5, -0.5],
        [2.5, 0.5],
      ],
      [
        [-1, -3],
        [1, 3],
      ],
    ]);
    expect([selfCertaintyReward().measure, negativeEntropyReward().measure]).toEqual([
      "self-certainty",
      "entropy",
    ]);
  });

  it("are an error where nothing was measured", () => {
    expect(() => selfCertaintyReward().rewards(makeBatch({ p: ["7"] }))).toThrow(
      expect.objectContaining({ code: "reward-measure-missing" }),
    );
  });
});

describe("a teacher that moves", () => {
  const batch = makeBatch({ p: ["7", "8", "8"], q: ["1", "1"] });

  it("makes the labels, whatever the policy's majority", async () => {
    const teacherVotes = [majorityVote(["7", "7", "8"]), majorityVote(["1", "2"])];
    expect(await movingTeacherReward().rewards({ ...batch, teacherVotes })).toEqual([
      { label: "7", rewards: [1, 0, 0], rewarded: true },
      { label: null, rewards: [0, 0], rewarded: false },
    ]);
    const [first] = await movingTeacherReward({ agreementThreshold: 0.7 }).rewards({
      ...batch,
      teacherVotes,
    });
    expect(first!.rewarded).toBe(false);
  });

  it("is an error where it did not vote", () => {
    expect(() => movingTeacherReward().rewards(batch)).toThrow(
      expect.objectContaining({ code: "reward-teacher-missing" }),
    );
  });
});

describe("labelled and unlabelled prompts", () => {
  const labels = new Map(Array.from({ length: 200 }, (_, p) => [`p${p}`, String(p % 50)]));

  it("takes the truth where it is known, and the majority elsewhere", () => {
    const source = mixedReward(new Map([["p", "8"]]), { agreementThreshold: 0.7 });
    expect(source.rewards(makeBatch({ p: ["7", "7", "8"], q: ["7", "7", "7"], r: ["7", "7", "8"] }))).toEqual(
      [
        { label: "8", rewards: [0, 0, 1], rewarded: true },
        { label: "7", rewards: [1, 1, 1], rewarded: true },
        { label: null, rewards: [0, 0, 0], rewarded: false },
      ],
    );
  });

  it("labels exactly the share, the same ones in any order, and more of a larger share", () => {
    const some = labelledPart(labels, 0.25, 7);
    expect(some.size).toBe(50);
    for (const [id, label] of some) expect(label).toBe(labels.get(id));
    const shuffled = new Map(new Random(1).shuffle([...labels]));
    expect(new Set(labelledPart(shuffled, 0.25, 7).keys())).toEqual(new Set(some.keys()));
    const more = labelledPart(labels, 0.5, 7);
    for (const id of some.keys()) expect(more.has(id)).toBe(true);
    expect([...labelledPart(labels, 0.25, 8).keys()]).not.toEqual([...some.keys()]);
    expect(labelledPart(labels, 1, 7).size).toBe(200);
    expect(labelledPart(labels, 0, 7).size).toBe(0);
  });

  it("noise makes that share of labels wrong, the same ones each time", () => {
    const noisy = withNoise(labels, 0.3, 5);
    expect([...noisy.keys()]).toEqual([...labels.keys()]);
    const wrong = [...noisy].filter(([id, label]) => label !== labels.get(id));
    // 200 draws of 0.3: a standard deviation of 6.5.
    expect(Math.abs(wrong.length - 60)).toBeLessThan(26);
    const answers = new Set(labels.values());
    for (const [, label] of wrong) expect(answers.has(label)).toBe(true);
    expect(withNoise(new Map([...labels].reverse()), 0.3, 5)).toEqual(noisy);
    expect(withNoise(labels, 0, 5)).toBe(labels);
    for (const [id, label] of withNoise(labels, 1, 5)) expect(label).not.toBe(labels.get(id));
  });

  it("noise is refused where there is no wrong answer to give", () => {
    expect(() =>
      withNoise(
        new Map([
          ["a", "1"],
          ["b", "1"],
        ]),
        1,
        0,
      ),
    ).toThrow(expect.objectContaining({ code: "label-noise-impossible" }));
  });
});

describe("similarity", () => {
  it("is the shared part of the pieces of two texts", () => {
    const of = (a: string, b: string) => similarity(piecesOf(a), piecesOf(b));
    expect(of("12+7=19", "12+7=19")).toBe(1);
    expect(of("abcdefg", "tuvwxyz")).toBe(0);
    // abcde bcdef | abcde bcdeX
    expect(of("abcdef", "abcdeX")).toBe(1 / 3);
    expect(of("ab", "ab")).toBe(1);
    expect(of("", "")).toBe(1);
    expect(of("", "abcdef")).toBe(0);
    // A piece that repeats counts once.
    expect(of("aaaaaaaa", "aaaaa")).toBe(1);
  });

  it("is symmetric, within [0, 1], and agrees with sets", () => {
    const text = fc.string({ maxLength: 30, unit: fc.constantFrom("a", "b", "1", "+") });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const value = similarity(piecesOf(a), piecesOf(b));
        expect(similarity(piecesOf(b), piecesOf(a))).toBe(value);
        const set = (x: string) =>
          new Set(Array.from({ length: Math.max(0, x.length - 5) + 1 }, (_, i) => x.slice(i, i + 5)));
        const [A, B] = [set(a), set(b)];
        const shared = [...A].filter((piece) => B.has(piece)).length;
        expect(value).toBe(shared / (A.size + B.size - shared));
      }),
    );
  });
});

describe("majority with novelty", () => {
  const group = (rollouts: readonly (readonly [string, string | null])[]) => {
    const made = makeGroup(
      "p",
      rollouts.map(([, answer]) => answer),
    );
    return { ...made, rollouts: made.rollouts.map((rollout, i) => ({ ...rollout, text: rollouts[i]![0] })) };
  };
  const pay = (rollouts: readonly (readonly [string, string | null])[], width?: number) =>
    majorityNoveltyReward(width === undefined ? {} : { width }).reward(
      group(rollouts),
      majorityVote(rollouts.map(([, answer]) => answer)),
    ).rewards;

  it("is right by hand", () => {
    // Two of the majority share all of their text, the third none with anybody.
    expect(
      pay([
        ["aaaaabbbbb", "7"],
        ["aaaaabbbbb", "7"],
        ["xxxxxyyyyy", "7"],
        ["ccccc", "8"],
        ["zzzzz", null],
      ]),
    ).toEqual([0.5, 0.5, 1, -1, -1]);
    // Of the others the one that copies a text of the majority is the less novel: m counts the whole group.
    expect(
      pay([
        ["aaaaabbbbb", "7"],
        ["aaaaabbbbb", "7"],
        ["aaaaabbbbb", "8"],
        ["ccccc", "9"],
      ]),
    ).toEqual([0.5, 0.5, -1, -0.5]);
  });

  const rollouts = fc.array(
    fc.tuple(
      fc.string({ maxLength: 20, unit: fc.constantFrom("a", "b") }),
      fc.option(fc.constantFrom("1", "2", "3")),
    ),
    { minLength: 2, maxLength: 10 },
  );

  it("never pays another answer as much as the majority's, and keeps within its bands", () => {
    fc.assert(
      fc.property(rollouts, fc.double({ min: 0, max: 0.99, noNaN: true }), (list, width) => {
        const { label } = majorityVote(list.map(([, answer]) => answer));
        const rewards = pay(list, width);
        if (label === null) {
          expect(rewards).toEqual(list.map(() => 0));
          return;
        }
        list.forEach(([, answer], i) => {
          const [low, high] =
            answer === label ? [1 - width, 1] : answer === null ? [-1, -1] : [-1, -1 + width];
          expect(rewards[i]).toBeGreaterThanOrEqual(low - 1e-12);
          expect(rewards[i]).toBeLessThanOrEqual(high + 1e-12);
        });
      }),
    );
  });

  it("does not depend on the order of the samples, to the last bit", () => {
    fc.assert(
      fc.property(rollouts, fc.nat(), (list, seed) => {
        const order = new Random(seed).shuffle(list.map((_, i) => i));
        const rewards = pay(list);
        expect(pay(order.map((i) => list[i]!))).toEqual(order.map((i) => rewards[i]));
      }),
    );
  });
});

describe("what a source returned", () => {
  const batch = makeBatch({ p: ["7", "8"], q: ["1", "2"] }, { step: 4 });
  const good = { label: null, rewards: [1, 0], rewarded: true };

  it.each([
    ["defect 8: too few groups", [good], "reward-groups-mismatch", "step 4"],
    ["nothing", undefined, "reward-groups-mismatch", "step 4"],
    ["nothing of a group", [good, undefined], "reward-group-malformed", "step 4, prompt q"],
    ["a bare list", [good, [1, 0]], "reward-group-malformed", "step 4, prompt q"],
    ["too few rewards", [good, { ...good, rewards: [1] }], "reward-length-mismatch", "step 4, prompt q"],
    ["no rewards", [good, { ...good, rewards: undefined }], "reward-length-mismatch", "step 4, prompt q"],
    ["NaN", [{ ...good, rewards: [Number.NaN, 0] }, good], "reward-not-finite", "step 4, prompt p"],
    ["infinity", [{ ...good, rewards: [0, -Infinity] }, good], "reward-not-finite", "step 4, prompt p"],
    ["text", [{ ...good, rewards: ["1", 0] }, good], "reward-not-finite", "step 4, prompt p"],
    ["null", [{ ...good, rewards: [null, 0] }, good], "reward-not-finite", "step 4, prompt p"],
    ["too few scores", [{ ...good, scores: [1] }, good], "reward-length-mismatch", "step 4, prompt p"],
    ["a score of NaN", [{ ...good, scores: [1, Number.NaN] }, good], "reward-not-finite", "step 4, prompt p"],
    [
      "pay without reward",
      [{ ...good, rewarded: false }, good],
      "reward-unpaid-not-zero",
      "step 4, prompt p",
    ],
  ])("%s is an error that says where", (_, rewards, code, where) => {
    expect(() => checkRewards("mine", batch, rewards as never)).toThrow(
      expect.objectContaining({ code, where, message: expect.stringContaining("mine") }),
    );
  });

  it("is passed on where there is nothing to find", () => {
    const rewards = [good, { ...good, rewards: [-2.5, 1e9], scores: [0.25, 3] }];
    expect(checkRewards("mine", batch, rewards)).toBe(rewards);
  });
});
