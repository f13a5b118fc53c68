/** Prompts whose majority changes, and those on which it no longer does (TTRL-Guard, arXiv 2605.19444): right answers were rare after a flip. */
import { isAnswer } from "../../answer/same.js";

export interface Flips {
  /** Prompts with a majority in two evaluations at least. */
  readonly prompts: number;
  /** Mean over prompts of the share of the last W changes of evaluation at which the majority flipped. */
  readonly flipRate: number;
  /** Share of the prompts that flipped within the last W. */
  readonly flippedShare: number;
  /** Share that did not. */
  readonly lockedShare: number;
  /** Share that did not, and had flipped before: the high-risk set. */
  readonly lockedAfterFlipShare: number;
}

/**
 * Of a matrix of majorities, prompt by evaluation. A majority is compared with the last one that the prompt had; where it has none it neither flips
 * nor is counted. Null without a prompt that has two.
 *
 * @param majorities_P_E null where a vote gave no majority
 * @param window W, in changes from one evaluation to the next
 */
export function flips(majorities_P_E: readonly (readonly (string | null)[])[], window: number): Flips | null {
  const prompts = majorities_P_E.flatMap((majorities) => {
    let last: string | null = null;
    // Of each evaluation after the first: flipped, kept, or nothing to compare.
    const changes = majorities.map((own) => {
      if (!isAnswer(own)) return null;
      const flipped = last === null ? null : own !== last;
      last = own;
      return flipped;
    });
    if (changes.every((change) => change === null)) return [];
    const recent = changes
      .slice(1)
      .slice(-window)
      .filter((change) => change !== null);
    const flipped = recent.filter(Boolean).length;
    return [
      {
        rate: recent.length === 0 ? 0 : flipped / recent.length,
        recently: flipped > 0,
        ever: changes.includes(true),
      },
    ];
  });
  if (prompts.length === 0) return null;
  const share = (holds: (own: (typeof prompts)[number]) => boolean) =>
    prompts.filter(holds).length / prompts.length;
  return {
    prompts: prompts.length,
    flipRate: prompts.reduce((sum, { rate }) => sum + rate, 0) / prompts.length,
    flippedShare: share(({ recently }) => recently),
    lockedShare: share(({ recently }) => !recently),
    lockedAfterFlipShare: share(({ recently, ever }) => ever && !recently),
  };
}
