/**
 * What the answers of held-out prompts say of the base's majority before the first step. Where greedy decoding is ahead of it, the majority fell on
 * 13 of 17 bases at the learning rate 5e-5, and on none of five at 1e-5 (docs/experiments.md, 2026-11-30, m and o).
 */
import type { TrainConfig } from "../../config/train-config.js";
import type { Estimate } from "../../core/statistics/bootstrap-means.js";
import type { Notice } from "../../run/observer.js";

/** By how much greedy decoding was ahead in these. */
export const GREEDY_AHEAD = 0.05;
/** Below, it is wrong on three prompts of five. */
export const LOW_MAJORITY = 0.4;

const PAGE = "docs/studies/README.md#1-ask-whether-the-majority-deserves-it";

/** Shares of held-out prompts, as an evaluation has them. */
export interface BaseAccuracy {
  readonly mean: Estimate;
  readonly maj: Estimate;
  readonly greedy: Estimate;
}

/** Rewards that the policy's own vote of each step decides: what was looked at. */
const OWN_VOTE: readonly TrainConfig["reward"][] = ["majority", "soft", "majority-novelty", "mixed"];

/** `help` is what helps where the majority is wrong. */
export function majorityNotice(
  { mean, maj, greedy }: BaseAccuracy,
  samples: number,
  reward: TrainConfig["reward"] | undefined,
  help: readonly string[],
): Notice {
  const percent = ({ value }: Estimate) => `${(100 * value).toFixed(1)}%`;
  const message = (meaning: string) =>
    `majority of the base is right on ${percent(maj)} of the held-out prompts, single samples on ${percent(mean)}, greedy decoding on ${percent(greedy)} (${samples} samples a prompt): ${meaning}`;
  const code = "base-majority";
  if (maj.value < LOW_MAJORITY)
    return {
      code,
      message: message("on most prompts it is wrong; self-training then raises agreement, not accuracy"),
      expected: "a majority that is right on most prompts",
      remedy: `${help.join(", or ")}; ${PAGE}`,
    };
  if (reward !== undefined && OWN_VOTE.includes(reward) && greedy.value - maj.value >= GREEDY_AHEAD)
    return {
      code,
      message: message(
        "it may fall; at the learning rate 5e-5 it did on 13 of 17 such bases, at 1e-5 on none of five",
      ),
      expected: "a majority that is right as often as greedy decoding",
      remedy: `lower --learning-rate, or train on labels of a teacher that stays or follows slowly (--reward fixed-teacher, ema-teacher); ${PAGE}`,
    };
  return {
    code,
    message: message("single samples may come up to it"),
    remedy: `what to expect, and when to stop: ${PAGE}`,
  };
}
