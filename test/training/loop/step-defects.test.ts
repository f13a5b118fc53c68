/** Defects of the reference code that could creep in between the parts: through a whole step, with solutions as models write them. */
import { describe, expect, it } from "vitest";
import { scriptedStep } from "./scripted-step.js";

const question = [{ prompt: "What is half of one?" }];
const boxed = (answer: string) => `So it is \\boxed{${answer}}.`;

describe("a step on solutions", () => {
  it("defect 1: answers that are equal vote as one and are paid as one", async () => {
    // On raw strings 3 would win with two votes.
    const texts = ["1/2", "0.5", "3", "3", "\\frac{1}{2}"].map(boxed);
    const { votes, rewards } = await scriptedStep(question, [texts]);
    expect(votes[0]).toMatchObject({ votes: 3, share: 3 / 5, tie: false });
    expect(votes[0]!.classes.map(({ members }) => members)).toEqual([
      [0, 1, 4],
      [2, 3],
    ]);
    expect(rewards[0]!.rewards).toEqual([1, 1, 0, 0, 1]);
  });

  it("defect 2: what is no answer has no vote and no pay, however often it is given", async () => {
    const texts = ["\\boxed{}", "\\boxed{ }", "I do not know.", "", boxed("7"), boxed("7")];
    const { votes, rewards } = await scriptedStep(question, [texts]);
    expect(votes[0]).toMatchObject({ label: "7", votes: 2, share: 2 / 6, noAnswerShare: 4 / 6 });
    expect(rewards[0]!.rewards).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it("defect 3: a tie trains nothing, whichever answer was sampled first, and is counted", async () => {
    for (const answers of [
      ["9", "10", "9", "10"],
      ["10", "9", "10", "9"],
    ]) {
      const { rewards, batch, metrics } = await scriptedStep(question, [answers.map(boxed)]);
      expect(rewards[0]).toEqual({ label: null, rewards: [0, 0, 0, 0], rewarded: false });
      expect(batch.data).toEqual([]);
      expect(metrics.tieShare).toBe(1);
    }
  });

  it("defect 4: what a solution said before it was cut off is no answer", async () => {
    const texts = [`…${boxed("12")} But wait,`, `…${boxed("12")}`, `…${boxed("12")} 5`, boxed("6")];
    const { votes, rewards, metrics } = await scriptedStep(question, [texts]);
    expect(votes[0]).toMatchObject({ label: "6", votes: 1, noAnswerShare: 3 / 4 });
    expect(rewards[0]!.rewards).toEqual([0, 0, 0, 1]);
    expect(metrics).toMatchObject({ truncatedShare: 3 / 4, noAnswerShare: 3 / 4 });
  });

  it("defect 5: a prompt that is twice in a batch is two groups, each with its own vote and advantages", async () => {
    const twice = [{ prompt: "What is half of one?" }, { prompt: "What is half of one?" }];
    const first = ["7", "7", "7", "8"].map(boxed);
    const second = ["8", "8", "8", "7"].map(boxed);
    // Together they would be one tie.
    for (const rows of [twice, question]) {
      const { groups, votes, rewards, batch } = await scriptedStep(rows, [first, second], {
        advantage: "rloo",
      });
      expect(groups.map(({ prompt }) => prompt.text)).toEqual(twice.map(({ prompt }) => prompt));
      expect(new Set(groups.map(({ prompt }) => prompt.id)).size).toBe(rows.length);
      expect(votes.map(({ label }) => label)).toEqual(["7", "8"]);
      expect(rewards.map(({ rewards: own }) => own)).toEqual([
        [1, 1, 1, 0],
        [1, 1, 1, 0],
      ]);
      // Leave-one-out over four, not eight.
      for (const own of batch.advantages)
        expect(own).toEqual([1 / 3, 1 / 3, 1 / 3, -1].map((a) => expect.closeTo(a, 12)));
    }
  });

  it("defect 6: a label that is the true answer in another notation is right", async () => {
    const rows = [{ prompt: "What is half of one?", answer: "0.50" }];
    const { metrics } = await scriptedStep(rows, [["\\frac{1}{2}", "1/2", "0.5", "2"].map(boxed)]);
    expect(metrics).toMatchObject({ labelAccuracy: 1, accuracy: 3 / 4, rewardAccuracy: 1, hackingGap: 0 });
  });

  it("defect 9: below the agreement threshold a group leaves the update, and no zero of it remains as a reward", async () => {
    const rows = [{ prompt: "one" }, { prompt: "two" }];
    const [sure, unsure] = [
      ["7", "7", "7", "8"],
      ["1", "1", "2", "3"],
    ];
    const solutions = [sure!.map(boxed), unsure!.map(boxed)];
    for (const advantage of ["rloo", "reinforce++"] as const) {
      const { rewards, batch } = await scriptedStep(rows, solutions, { agreementThreshold: 0.6, advantage });
      expect(rewards[1]).toEqual({ label: null, rewards: [0, 0, 0, 0], rewarded: false });
      expect([batch.data.length, batch.skippedGroups]).toEqual([4, 1]);
      expect(batch.advantages[1]).toEqual([0, 0, 0, 0]);
      const alone = await scriptedStep(rows.slice(0, 1), solutions.slice(0, 1), { advantage });
      expect(batch.advantages[0]).toEqual(alone.batch.advantages[0]);
      const open = await scriptedStep(rows, solutions, { agreementThreshold: 0.5, advantage });
      expect([open.batch.data.length, open.batch.skippedGroups]).toEqual([8, 0]);
    }
  });

  it("defect 13: no label is read, nor any scorer asked, though the prompts have true answers", async () => {
    const rows = [{ prompt: "What is half of one?", answer: "1/2" }];
    // The wrong answer has the majority, and that is what is paid.
    const { rewards, metrics } = await scriptedStep(rows, [["3", "3", "3", "0.5"].map(boxed)]);
    expect(rewards[0]).toEqual({ label: "3", rewards: [1, 1, 1, 0], rewarded: true });
    expect(metrics).toMatchObject({ labelAccuracy: 0, accuracy: 1 / 4, hackingGap: 1 / 2 });
  });
});
