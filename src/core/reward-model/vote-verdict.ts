/** Solutions to one prompt with what their vote says of each: all that a reward model is trained from. No true answer is among it. */
import { sameAnswer } from "../answer/same.js";

export interface VoteVerdict {
  /** Whether each of the n solutions gave the majority answer. */
  readonly agrees: readonly boolean[];
  /** By how much of all n solutions the majority led: from 0 to 1. */
  readonly margin: number;
}

/**
 * The vote's verdict on each solution; null where the vote has no label. The margin counts solutions, whatever the votes weighed: those that
 * gave the label, less those that gave the commonest other answer, over n; 0 where the label was not in front.
 */
export function voteVerdict(answers: readonly (string | null)[], label: string | null): VoteVerdict | null {
  if (label === null) return null;
  const agrees = answers.map((answer) => sameAnswer(answer, label));
  const others = new Map<string, number>();
  answers.forEach((answer, i) => {
    if (answer !== null && !agrees[i]) others.set(answer, (others.get(answer) ?? 0) + 1);
  });
  const lead = agrees.filter(Boolean).length - Math.max(0, ...others.values());
  return { agrees, margin: Math.max(0, lead) / answers.length };
}

/** Whether the group has solutions of both kinds: without, there is no pair. */
export const hasBoth = ({ agrees }: VoteVerdict): boolean => agrees.includes(true) && agrees.includes(false);
