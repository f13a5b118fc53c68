/** What offline training chooses from: a prompt's completions and their vote. Nothing here can hold a true answer. */

import type { Prompt, Rollout } from "../../group.js";
import { sameAnswer } from "../answer/same.js";

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

/** What was chosen of a round's prompts. */
export interface Selection<T> {
  readonly items: readonly T[];
  /** Why each prompt gave nothing, in the order of the prompts; null where it gave something. */
  readonly reasons: readonly (DropReason | null)[];
  /** How many prompts gave nothing, by the reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** Chooses from each prompt that has a label and enough agreement. `choose` may find nothing to put against the majority. */
export function select<T>(
  prompts: readonly VotedPrompt[],
  threshold: number,
  choose: (voted: VotedPrompt, label: string, index: number) => readonly T[],
): Selection<T> {
  const items: T[] = [];
  const reasons = prompts.map((voted, index): DropReason | null => {
    const { label, agreement, completions } = voted;
    if (label === null) return "noLabel";
    if (agreement < threshold) return "lowAgreement";
    const chosen = choose(voted, label, index);
    items.push(...chosen);
    if (chosen.length > 0) return null;
    return completions.some((own) => supports(own, label)) ? "noRejected" : "tooLong";
  });
  const counts = dropReasons.map((reason) => [reason, reasons.filter((own) => own === reason).length]);
  return { items, reasons, dropped: Object.fromEntries(counts) as Record<DropReason, number> };
}
