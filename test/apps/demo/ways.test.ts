/** Which way rollouts went, against counts by hand. */
import { expect, it } from "vitest";
import { type WayRollout, waysOf } from "../../../src/apps/demo/ways.js";

const rollout = (group: number, completion: string, answer: string | null): WayRollout => ({
  group,
  completion,
  answer,
});

it("counts the way of each rollout, and pairs of one way, one prompt and one answer", () => {
  const rollouts = [
    rollout(0, "5+7:2#12", "12"),
    rollout(0, "5+7:2#12", "12"),
    rollout(0, "5+7:3#13", "13"),
    rollout(0, "#12", "12"),
    // The same answer to another prompt makes no pair, nor does the one that was worked out.
    rollout(1, "4+8:2#12", "12"),
    rollout(1, "#12", "12"),
    rollout(1, "#14", "14"),
  ];
  expect(waysOf(rollouts)).toEqual({ workedOutShare: 4 / 7, workedOutAgree: 1 / 3, guessesAgree: 0 });
});

it("takes two without an answer for no agreement, and a way without pairs for unknown", () => {
  expect(waysOf([rollout(0, "5+7", null), rollout(0, "5+7", null), rollout(0, "#12", "12")])).toEqual({
    workedOutShare: 2 / 3,
    workedOutAgree: 0,
    guessesAgree: null,
  });
  expect(waysOf([])).toEqual({ workedOutShare: null, workedOutAgree: null, guessesAgree: null });
});
