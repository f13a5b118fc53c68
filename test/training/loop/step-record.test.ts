import { describe, expect, it } from "vitest";
import { METRICS } from "../../../src/core/monitor/catalogue/index.js";
import { referenceOf } from "../../../src/core/monitor/label-free/reference.js";
import { rolloutRows, type Step, stepRecord } from "../../../src/training/loop/step-record.js";
import { makeBatch } from "../../../src/training/loop/update.js";
import { allOf, configWith, makeGroup, rewardsOf, shortGroup, votesOf } from "./groups.js";

/** Three of four agree on "12" (the truth is 12); of the other group two agree on "9" (the truth is 8). */
const groups = [
  makeGroup("a", [
    { answer: "12", logprobs: [-0.5, -0.5] },
    { answer: "12", logprobs: [-1] },
    { answer: "12", logprobs: [-1] },
    { answer: "7", logprobs: [-2, -2, -2] },
  ]),
  makeGroup("b", [
    { answer: "9", logprobs: [-0.25] },
    { answer: "9", logprobs: [-0.25] },
    { answer: null, logprobs: [-1, -1, -1] },
    { answer: "8", logprobs: [-0.5] },
  ]),
  shortGroup("c", ["3", "3", "3", "3"]),
];
const truth = new Map([
  ["a", "12"],
  ["b", "8"],
]);

const monitoring = { reward: "majority", reference: null, lastResult: null };

function step(changes: Parameters<typeof configWith>[0] = {}): Step {
  const rewards = rewardsOf(groups);
  const batch = makeBatch(configWith(changes), groups, rewards, null);
  const update = {
    loss: -0.125,
    gradNorm: 2,
    importanceRatio: Math.exp(0.5),
    clipFraction: null,
    mismatch: { kl: 0.01, ratio: 1.02, largest: 0.3, outside: 0 },
    vocabularyEntropy: null,
  };
  return {
    step: 4,
    ...{ groups, votes: votesOf(groups), rewards, batch, learningRate: 1e-4, update },
    ...{
      sampled: groups,
      teacher: null,
      selection: allOf(groups),
      refill: null,
      sampleSeconds: 0,
      entropies: null,
      staleness: null,
      stage: null,
    },
  };
}

describe("stepRecord", () => {
  it("writes no number that the report cannot explain", () => {
    const { metrics } = stepRecord(step(), truth, monitoring, {}, { seconds: 2, sampleSeconds: 0.5 });
    expect(Object.keys(metrics).filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  });

  it("agrees with what one counts by hand", () => {
    const {
      kind,
      step: at,
      metrics,
      time,
    } = stepRecord(step(), truth, monitoring, {}, { seconds: 2, sampleSeconds: 0.5 });
    expect([kind, at]).toEqual(["step", 4]);
    expect(metrics).toMatchObject({
      reward: 9 / 12,
      agreement: expect.closeTo((0.75 + 0.5 + 1) / 3, 12),
      topAnswer: "3",
      topShare: 4 / 12,
      unanimousShare: expect.closeTo(1 / 3, 12),
      noAnswerShare: 1 / 12,
      truncatedShare: 1 / 12,
      // Of the labelled groups a and b.
      labelledShare: expect.closeTo(2 / 3, 12),
      accuracy: 4 / 8,
      labelAccuracy: 1 / 2,
      majorityAccuracy: 1 / 2,
      // Of three pairs in group a the right one is paid more; of three in b twice less, once as much.
      rewardRanking: (3 + 0.5) / 6,
      rewardPrecision: 3 / 5,
      rewardRecall: 3 / 4,
      hackingGap: 5 / 8 - 4 / 8,
      // 7 + 6 + 4 tokens with −log π of 9, 4 and 4 nats.
      tokens: 17,
      meanLength: expect.closeTo(17 / 12, 12),
      entropy: expect.closeTo((9 + 4 + 4) / 17, 6),
      importanceRatio: expect.closeTo(Math.exp(0.5), 6),
      loss: -0.125,
      gradNorm: 2,
      skippedGroups: 1,
      trainedRollouts: 8,
    });
    expect(metrics).not.toHaveProperty("kl");
    expect(time).toEqual({ seconds: 2, sampleSeconds: 0.5, tokensPerSecond: 8.5 });
  });

  it("agrees with what one counts by hand of the reward's bias", () => {
    const { metrics } = stepRecord(step(), truth, monitoring, {}, { seconds: 1 });
    const near = (value: number) => expect.closeTo(value, 12);
    expect(metrics).toMatchObject({
      // Pairs within: 6/12, 2/12 and 1; no answer stands under two prompts.
      withinPromptAgreement: near((6 / 12 + 2 / 12 + 1) / 3),
      crossPromptAgreement: 0,
      promptFreeAgreement: 0,
      voteMargin: near((2 / 4 + 1 / 4 + 1) / 3),
      // Of a and b, the labelled ones: b's label is wrong, and leads the truth by 2/4 − 1/4.
      wrongLabelShare: 1 / 2,
      wrongLabelLead: 1 / 4,
      paidWrong: near(2 / 4 / 2),
      unpaidRight: near(1 / 4 / 2),
      // Covariances ¼ and −⅙, variances of the reward ¼ and ⅓, of the truth ¼ and ¼.
      proxyAlignment: near((1 / 4 - 1 / 6) / Math.sqrt((1 / 4 + 1 / 3) * (1 / 4 + 1 / 4))),
      // Of 12 ordered pairs in a three go to the truth; in b, 9 wins both pairs with 8 by the other two votes.
      drift: near((3 / 12 - 2 / 12) / 2),
      // Agreement ¾ is right, ½ is wrong.
      agreementEce: near((1 / 4 + 1 / 2) / 2),
      agreementBrier: near((1 / 16 + 1 / 4) / 2),
      agreementResolution: near(1 / 4),
      agreementAuroc: 1,
      // What one rollout is paid less the mean of the other three: −1 of the 7 in a.
      maxAdvantage: 1,
    });
    for (const name of ["excessShare", "answerShift", "falsePayToAttractor", "falsePayToContradiction"])
      expect(metrics[name]).toBeNull();
    for (const name of ["disconnectedShare", "sequenceKl"]) expect(metrics).not.toHaveProperty(name);
  });

  it("has what changed, wrong pay by kind and contradictions where a reference and results are there", () => {
    const reference = referenceOf([
      [
        { promptId: "x", answers: ["12", "12", "3", "4"] },
        { promptId: "y", answers: ["12", "8", "5", null] },
      ],
    ]);
    // Completions are `#` and the answer; take its first digit for the last result.
    const lastResult = (_: string, solution: string) => solution[1] ?? null;
    const { metrics } = stepRecord(
      step(),
      truth,
      { reward: "majority", reference, lastResult },
      {},
      { seconds: 1 },
    );
    expect(metrics).toMatchObject({
      // 3: 4/12 − 1/8, more than 9: 2/12 − 0, and 12: 3/12 − 3/8.
      excessShare: expect.closeTo(4 / 12 - 1 / 8, 12),
      excessAnswer: "3",
      // The three of 12 say 1; the answers of one digit are their own result.
      disconnectedShare: 3 / 11,
      // 9 is of one prompt, and no contradiction.
      falsePayToAttractor: 0,
      falsePayToContradiction: 0,
    });
    expect(metrics.answerShift).toBeGreaterThan(0);
    expect(metrics.effectiveAnswersRatio).toBeGreaterThan(0);
    for (const name of Object.keys(metrics)) expect(METRICS).toHaveProperty(name);
    const lost = { reward: "majority", reference: undefined, lastResult };
    for (const name of ["excessShare", "excessAnswer", "answerShift", "effectiveAnswersRatio"])
      expect(stepRecord(step(), truth, lost, {}, { seconds: 1 }).metrics).not.toHaveProperty(name);
  });

  it("takes rewards as they are for the drift where the policy's majority is not what is paid", () => {
    const teacher = { ...monitoring, reward: "fixed-teacher" };
    const { metrics } = stepRecord(step(), truth, teacher, {}, { seconds: 1 });
    // Covariances of the rewards themselves.
    expect(metrics.drift).toBeCloseTo((1 / 4 - 1 / 6) / 2, 12);
  });

  it("says nothing of accuracy where there are no labels, and is otherwise the same", () => {
    const labelled = stepRecord(step(), truth, monitoring, {}, { seconds: 1 }).metrics;
    const { metrics } = stepRecord(step(), new Map(), monitoring, {}, { seconds: 1 });
    expect(metrics).not.toHaveProperty("accuracy");
    expect(labelled).toMatchObject(metrics);
  });

  it("has what the loss clipped and the entropy it rewarded, where it did", () => {
    const trained = step();
    const plain = stepRecord(trained, truth, monitoring, {}, { seconds: 1 }).metrics;
    expect(plain).toMatchObject({ learningRate: 1e-4 });
    for (const name of ["clipFraction", "vocabularyEntropy"]) expect(plain).not.toHaveProperty(name);
    const update = { ...trained.update, clipFraction: 0.25, vocabularyEntropy: 1.5 };
    const { metrics } = stepRecord({ ...trained, update }, truth, monitoring, {}, { seconds: 1 });
    expect(metrics).toMatchObject({ clipFraction: 0.25, vocabularyEntropy: 1.5 });
    for (const name of Object.keys(metrics)) expect(METRICS).toHaveProperty(name);
  });

  it("has the KL where it was measured, and no importance ratio where nothing was trained", () => {
    const trained = step();
    const untrained: Step = {
      ...trained,
      batch: { ...trained.batch, data: [], kl: 0.25 },
      update: { ...trained.update, importanceRatio: null },
    };
    const { metrics } = stepRecord(untrained, truth, monitoring, {}, { seconds: 1 });
    expect(metrics).toMatchObject({ kl: 0.25, importanceRatio: null, trainedRollouts: 0 });
  });
});

describe("rolloutRows", () => {
  it("has a row for every rollout, trained or not, in order", () => {
    const rows = rolloutRows(step());
    expect(rows.map(({ group, sample }) => [group, sample])).toEqual(
      [0, 1, 2].flatMap((g) => [0, 1, 2, 3].map((i) => [g, i])),
    );
    expect(rows[3]).toEqual({
      step: 4,
      group: 0,
      sample: 3,
      sampledBy: "policy",
      trained: true,
      promptId: "a",
      prompt: "a=",
      completion: "#7",
      tokens: 3,
      finish: "stop",
      answer: "7",
      graderError: null,
      voteLabel: "12",
      voteShare: 0.75,
      rewardLabel: "12",
      reward: 0,
      score: null,
      // 0 less the mean of three ones.
      advantage: -1,
      meanLogprob: -2,
      rejected: null,
      sumLogprob: -6,
      kl: null,
      modelScore: null,
    });
    expect(rows[6]).toMatchObject({ finish: "length", answer: null, reward: 0 });
    expect(rows.slice(8).map(({ advantage }) => advantage)).toEqual([0, 0, 0, 0]);
  });

  it("keeps a reward model's scores apart from what the reward was made of", () => {
    const trained = step();
    const [paid, ...unpaid] = trained.rewards;
    const rows = rolloutRows({
      ...trained,
      rewards: [{ ...paid!, scores: [0.5, 1.5, 2.5, 3.5] }, ...unpaid],
      scores: groups.map((_, g) => [0, 1, 2, 3].map((i) => 10 * g - i)),
    });
    expect(rows.map(({ score }) => score)).toEqual([0.5, 1.5, 2.5, 3.5, ...Array(8).fill(null)]);
    expect(rows.map(({ modelScore }) => modelScore)).toEqual([0, -1, -2, -3, 10, 9, 8, 7, 20, 19, 18, 17]);
  });

  it("marks those that only voted, and a teacher's, which have no reward", () => {
    const trained = step();
    const voters = [
      makeGroup("a", [{ answer: "12", logprobs: [-4] }]),
      makeGroup("b", []),
      makeGroup("c", []),
    ];
    const sampled = groups.map((group, g) => ({
      ...group,
      rollouts: [...group.rollouts, ...voters[g]!.rollouts],
    }));
    const taught = [
      makeGroup("a", []),
      makeGroup("b", [{ answer: "8", logprobs: [-0.5, -0.5] }]),
      makeGroup("c", []),
    ];
    const rewards = trained.rewards.map((reward) => ({
      ...reward,
      scores: reward.rewards.map((_, i) => i + 0.5),
    }));
    const teacher = { groups: taught, votes: trained.votes };
    const rows = rolloutRows({ ...trained, rewards, sampled, teacher });
    expect(rows).toHaveLength(14);
    expect(rows.filter((row) => !row.trained)).toEqual([rows[4], rows[9]]);
    const nothing = { reward: null, score: null, advantage: null };
    expect(rows[4]).toMatchObject({ group: 0, sample: 4, sampledBy: "policy", meanLogprob: -4, ...nothing });
    expect(rows[9]).toMatchObject({ group: 1, sample: 4, sampledBy: "teacher", answer: "8", ...nothing });
    expect(rows.slice(0, 4).map(({ score }) => score)).toEqual([0.5, 1.5, 2.5, 3.5]);
    expect(rows.filter((row) => row.trained).map(({ sample }) => sample)).toEqual(
      rolloutRows(trained).map(({ sample }) => sample),
    );

    // The tokens of all are counted; entropy, rewards and label metrics are of the policy, the latter two of what was trained.
    const plain = stepRecord(trained, truth, monitoring, {}, { seconds: 1 }).metrics;
    const { metrics } = stepRecord({ ...trained, sampled, teacher }, truth, monitoring, {}, { seconds: 1 });
    expect(metrics).toMatchObject({
      reward: plain.reward,
      accuracy: plain.accuracy,
      tokens: 17 + 1 + 2,
      entropy: expect.closeTo((9 + 4 + 4 + 4) / 18, 6),
      noAnswerShare: 1 / 13,
      teacherAgreement: plain.agreement,
      teacherDissent: 0,
    });
    for (const name of Object.keys(metrics)) expect(METRICS).toHaveProperty(name);
  });
});
