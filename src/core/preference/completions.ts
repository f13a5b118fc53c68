/**
 * SFT on the majority: the completions that gave the majority answer, as rejection-sampling fine-tuning (Yuan et al. 2023,
 * 2308.01825) and STaR (Zelikman et al. 2022, 2203.14465) keep those that gave the true one.
 */
import { type Selection, select, supports, type VotedPrompt } from "./voted-prompt.js";

/** A completion to imitate: indices of the prompt among the round's, and of the sample. */
export interface ChosenCompletion {
  readonly prompt: number;
  readonly chosen: number;
}

/**
 * All completions with the majority answer of the prompts whose agreement reaches the threshold; with `distinct`, at most so many of
 * a prompt, the first of each text. Samples are independent of each other, so the first ones are as good as any.
 */
export function majorityCompletions(
  prompts: readonly VotedPrompt[],
  { threshold, distinct }: { readonly threshold: number; readonly distinct?: number | undefined },
): Selection<ChosenCompletion> {
  return select(prompts, threshold, ({ completions }, label, prompt) => {
    const members = completions.flatMap((own, i) => (supports(own, label) ? [i] : []));
    const kept = distinct === undefined ? members : firstOfEach(members, completions).slice(0, distinct);
    return kept.map((chosen) => ({ prompt, chosen }));
  });
}

function firstOfEach(members: readonly number[], completions: VotedPrompt["completions"]): number[] {
  const first = new Map<string, number>();
  for (const i of members) if (!first.has(completions[i]!.text)) first.set(completions[i]!.text, i);
  return [...first.values()];
}
