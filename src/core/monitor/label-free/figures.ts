/** The label-free figures of a step's answers, under the names that metrics have: for a trainer, and for whoever audits its rollouts. */
import type { AnsweredGroup } from "../group.js";
import { answerShift } from "./answer-shift.js";
import { collisions } from "./collision.js";
import { disconnectedShare } from "./disconnect.js";
import { excessShare } from "./excess-share.js";
import type { AnswerReference } from "./reference.js";
import { tallyOf } from "./tally.js";

/** What its figures mean is said in the catalogue. */
export interface AnswerFigures {
  readonly promptFreeAgreement: number | null;
  readonly withinPromptAgreement: number | null;
  readonly crossPromptAgreement: number | null;
  /** Absent where no rollout can show a last result. */
  readonly disconnectedShare?: number | null;
}

/** Linear in the rollouts. */
export function answerFigures(groups: readonly AnsweredGroup[]): AnswerFigures {
  const { promptFree, withinPrompt, crossPrompt } = collisions(groups);
  return {
    promptFreeAgreement: promptFree,
    withinPromptAgreement: withinPrompt,
    crossPromptAgreement: crossPrompt,
    ...(groups.some(({ lastResults }) => lastResults) && { disconnectedShare: disconnectedShare(groups) }),
  };
}

export interface ShiftFigures {
  readonly excessShare: number | null;
  readonly excessAnswer: string | null;
  readonly answerShift: number | null;
  readonly effectiveAnswersRatio: number | null;
}

/** What changed since the reference; all null where there is none yet. */
export function shiftFigures(
  groups: readonly AnsweredGroup[],
  reference: AnswerReference | null,
): ShiftFigures {
  const none = { excessShare: null, excessAnswer: null, answerShift: null, effectiveAnswersRatio: null };
  if (reference === null) return none;
  const now = tallyOf(groups);
  const excess = excessShare(now, reference);
  const { shift, effectiveAnswersRatio } = answerShift(now, reference);
  return {
    excessShare: excess?.excess ?? null,
    excessAnswer: excess?.answer ?? null,
    answerShift: shift,
    effectiveAnswersRatio,
  };
}
