/** How sure a vote was, and whether it was right. */

/** One prompt's vote. */
export interface JudgedVote {
  /** From 0 to 1: the agreement, or the margin. */
  readonly confidence: number;
  readonly right: boolean;
}

/** A vote with the share of its rollouts that are right. */
export interface JudgedPrompt extends JudgedVote {
  readonly accuracy: number;
}
