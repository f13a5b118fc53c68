/** What the answers were like at first: the first steps of the same stage, as other prompts have other answers. */
import { mean } from "../../../numbers.js";
import type { AnsweredGroup } from "../group.js";
import { type AnswerTally, entropyOf, tallyOf } from "./tally.js";

/** Steps of a curriculum's stage that are pooled as its reference. */
export const REFERENCE_STEPS = 3;

export interface AnswerReference {
  /** Of all reference steps. */
  readonly pooled: AnswerTally;
  /**
   * exp of the mean entropy of their answers, each step by itself: an entropy of more rollouts comes out higher, and would make every later step
   * look poorer.
   */
  readonly effectiveAnswers: number;
}

/** The reference that these steps are, one at least. */
export function referenceOf(steps: readonly (readonly AnsweredGroup[])[]): AnswerReference {
  return {
    pooled: tallyOf(steps.flat()),
    effectiveAnswers: Math.exp(mean(steps.map((groups) => entropyOf(tallyOf(groups))))),
  };
}
