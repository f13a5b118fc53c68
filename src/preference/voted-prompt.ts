/** What offline training chooses from: a prompt's completions and their vote. Nothing here can hold a true answer. */
import { sameAnswer } from "../answer/same.js";
import type { Prompt, Rollout } from "../group.js";

export interface VotedCompletion extends Pick<Rollout, "text" | "tokens" | "finish" | "answer"> {
  /** Whether it can be learned: it fits the model's context with its prompt. One that cannot has its vote all the same. */
  readonly usable: boolean;
}

export interface VotedPrompt {
  readonly prompt: Prompt;
  readonly promptTokens: readonly number[];
  /** In sample order. */
  readonly completions: readonly VotedCompletion[];
  /** The majority answer; null where the vote has none. */
  readonly label: string | null;
  /** Share of the completions, by their votes, that the largest class holds. */
  readonly agreement: number;
}

/** A usable completion with the majority answer. */
export const supports = ({ answer, usable }: VotedCompletion, label: string): boolean =>
  usable && sameAnswer(answer, label);

/** Why a prompt gives nothing to learn from. */
export const dropReasons = ["noLabel", "lowAgreement", "noRejected", "tooLong"] as const;
export type DropReason = (typeof dropReasons)[number];

/** What was chosen of a round's prompts, and how many prompts gave nothing, by the reason. */
export interface Selection<T> {
  readonly items: readonly T[];
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** Chooses from each prompt that has a label and enough agreement. `choose` may find nothing to put against the majority. */
export function select<T>(
  prompts: readonly VotedPrompt[],
  threshold: number,
  choose: (voted: VotedPrompt, label: string, index: number) => readonly T[],
): Selection<T> {
  const dropped: Record<DropReason, number> = { noLabel: 0, lowAgreement: 0, noRejected: 0, tooLong: 0 };
  const items = prompts.flatMap((voted, index) => {
    const { label } = voted;
    if (label === null) {
      dropped.noLabel++;
      return [];
    }
    if (voted.agreement < threshold) {
      dropped.lowAgreement++;
      return [];
    }
    const chosen = choose(voted, label, index);
    if (chosen.length === 0)
      dropped[voted.completions.some((own) => supports(own, label)) ? "noRejected" : "tooLong"]++;
    return chosen;
  });
  return { items, dropped };
}
