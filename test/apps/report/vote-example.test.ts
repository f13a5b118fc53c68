import { expect, it } from "vitest";
import { draw } from "../../../src/apps/report/view/draw.js";
import { VoteCard, VoteSets } from "../../../src/apps/report/view/vote-card.js";
import { voteExample, voteExamples } from "../../../src/apps/report/vote-example.js";
import type { RolloutRow } from "../../../src/run/run-directory.js";
import { HOSTILE } from "./sample-data.js";

/** Rows of a group whose samples gave `answers`, with the majority and its share given. */
const group = (
  index: number,
  answers: readonly (string | null)[],
  label: string | null,
  share: number,
): RolloutRow[] =>
  answers.map((answer, sample) => ({
    step: 1,
    group: index,
    sample,
    promptId: `p${index}`,
    prompt: `prompt ${index}`,
    completion: `completion ${sample}`,
    tokens: 3,
    finish: "stop",
    answer,
    graderError: null,
    voteLabel: label,
    voteShare: share,
    rewardLabel: label,
    reward: Number(answer === label),
    score: null,
    modelScore: null,
    sampledBy: "policy",
    trained: true,
    advantage: 0,
    meanLogprob: -0.1,
    rejected: null,
    sumLogprob: null,
    kl: null,
  }));

it("counts classes, largest first, and shows a sample that gave the majority", () => {
  const example = voteExample(group(0, ["3", "5", null, "5"], "5", 0.5), new Map([["p0", "3"]]));
  expect(example).toEqual({
    prompt: "prompt 0",
    classes: [
      { answer: "5", count: 2 },
      { answer: "3", count: 1 },
      { answer: null, count: 1 },
    ],
    majority: "5",
    truth: "3",
    completion: "completion 1",
  });
});

it("tells the rewarded answer where it is not the majority, and no truth where none is known", () => {
  const rows = group(0, ["3", "3"], "3", 1).map((row) => ({ ...row, rewardLabel: "9" }));
  const example = voteExample(rows);
  expect(example.label).toBe("9");
  expect(example.truth).toBeUndefined();
});

it("takes prompts from the most divided to the most agreed, keeping duplicate prompts apart", () => {
  const rows = [0.9, 0.1, 0.5, 0.7, 0.3].flatMap((share, i) =>
    group(i, ["1"], "1", share).map((row) => ({ ...row, promptId: "same", prompt: `share ${share}` })),
  );
  expect(voteExamples(rows, { count: 3 }).map(({ prompt }) => prompt)).toEqual([
    "share 0.1",
    "share 0.5",
    "share 0.9",
  ]);
  expect(voteExamples(rows, { count: 1 })).toHaveLength(1);
  expect(voteExamples(rows, { count: 9 })).toHaveLength(5);
  expect(voteExamples([], { count: 3 })).toEqual([]);
});

it("shows every count, marks majority and truth, and folds small classes", () => {
  const answers = ["1", "1", "1", "2", "2", "3", "4", "5", "6", "7", "8", "9"];
  const example = { ...voteExample(group(0, answers, "1", 0.25)), truth: "9" };
  const card = draw(VoteCard, { example })!.markup;
  expect(card).toContain('<li class="majority"><span class="answer"><code>1</code>');
  expect(card).toContain('<code>9</code><span class="tick"');
  expect(card).toContain("2 others<");
  expect(card).toContain("label wrong");
  expect(card).toContain("hidden from training");
  const counts = [...card.matchAll(/class="count">(\d+)/g)].map((match) => Number(match[1]));
  expect(counts.reduce((sum, count) => sum + count)).toBe(answers.length);
});

it("says so where nobody answered", () => {
  const card = draw(VoteCard, { example: voteExample(group(0, [null, null], null, 0)) })!.markup;
  expect(card).toContain("no majority");
  expect(card).toContain("<em>no answer</em>");
});

it("puts hostile prompts, answers and completions in the page as text", () => {
  const rows = group(0, [HOSTILE, HOSTILE], HOSTILE, 1).map((row) => ({
    ...row,
    prompt: HOSTILE,
    completion: HOSTILE,
  }));
  const sets = [{ title: HOSTILE, note: HOSTILE, examples: [{ ...voteExample(rows), truth: HOSTILE }] }];
  const { markup } = draw(VoteSets, { sets })!;
  expect(markup).not.toMatch(/<(script|img|!--)/i);
  expect(draw(VoteSets, { sets: [{ title: "empty", examples: [] }] })).toBeUndefined();
});
