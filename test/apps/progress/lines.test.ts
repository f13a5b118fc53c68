import { expect, it } from "vitest";
import { metricWords } from "../../../src/apps/progress/lines.js";

const words = (metrics: Record<string, number>) => metricWords({ kind: "step", step: 1, metrics, time: {} });

it("writes shares as percentages, and a reward that is none as a number", () => {
  expect(words({ agreement: 0.5, reward: 0.25 })).toEqual(["agreement 50.0%", "reward 25.0%"]);
  expect(words({ agreement: 0.5, reward: 12.5 })).toEqual(["agreement 50.0%", "reward 12.5"]);
  expect(words({ reward: -0.75 })).toEqual(["reward -0.750"]);
});

it.each([
  [0, []],
  [0.031, ["no answer 3.1%"]],
  [1, ["no answer 100.0%"]],
])("tells the share without an answer where it is %f", (noAnswerShare, told) => {
  expect(words({ agreement: 0.5, noAnswerShare })).toEqual(["agreement 50.0%", ...told]);
});
