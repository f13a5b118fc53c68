/** The rollouts file of a round: all its completions, and how each counts in what is learned. */
import { sameAnswer } from "../../core/answer/same.js";
import type { VotedPrompt } from "../../core/preference/voted-prompt.js";
import type { RolloutRow } from "../../run/run-directory.js";
import type { Selected } from "./selection.js";
import type { VoteRow } from "./votes.js";

/**
 * The rows with the label of each prompt that was kept, a reward of 1 for agreement with it, and, of the completions that are learned from,
 * as the advantage the weight in the round's data: 1 where it is imitated, the sum of its pairs' weights where it is chosen, minus them
 * where it is rejected.
 */
export function roundRows(
  step: number,
  rows: readonly VoteRow[],
  votes: readonly VotedPrompt[],
  selected: Selected,
): RolloutRow[] {
  const weights = votes.map(({ completions }) => completions.map((): number | null => null));
  const kept = new Set<number>();
  const add = (prompt: number, sample: number, weight: number) => {
    kept.add(prompt);
    weights[prompt]![sample] = (weights[prompt]![sample] ?? 0) + weight;
  };
  if (selected.kind === "completions")
    for (const { prompt, chosen } of selected.items) add(prompt, chosen, 1);
  else
    for (const { prompt, chosen, rejected, weight } of selected.items) {
      add(prompt, chosen, weight);
      add(prompt, rejected, -weight);
    }
  const [at, seen] = [new Map<number, number>(), new Map<number, number>()];
  return rows.map((row) => {
    const prompt = at.get(row.group) ?? at.size;
    at.set(row.group, prompt);
    const sample = seen.get(row.group) ?? 0;
    seen.set(row.group, sample + 1);
    const rewardLabel = kept.has(prompt) ? row.voteLabel : null;
    const advantage = weights[prompt]![sample] ?? null;
    return {
      step,
      ...row,
      sampledBy: "policy",
      trained: advantage !== null,
      rewardLabel,
      reward: sameAnswer(row.answer, rewardLabel) ? 1 : 0,
      score: null,
      advantage,
      sumLogprob: null,
      kl: null,
      modelScore: null,
      rejected: advantage === null ? (selected.reasons[prompt] ?? "notChosen") : null,
    };
  });
}
