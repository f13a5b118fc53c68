/** What a round of offline training learns from, as figures. The second function needs true answers; nothing that trains calls it. */

import type { HiddenLabels } from "../../group.js";
import { mean } from "../../numbers.js";
import { sameAnswer } from "../answer/same.js";
import { type DropReason, dropReasons, type VotedPrompt } from "../preference/voted-prompt.js";

/** Indices of completions that are learned from; `rejected` is absent where there is nothing to prefer them to. */
export interface LearnedItem {
  readonly prompt: number;
  readonly chosen: number;
  readonly rejected?: number;
  readonly weight?: number;
}

/** Counts of the selection: prompts that are kept and dropped, and what the kept ones give. */
export function selectionFigures(
  items: readonly LearnedItem[],
  dropped: Readonly<Record<DropReason, number>>,
): Record<string, number> {
  const pairs = items.filter(({ rejected }) => rejected !== undefined);
  const counted = (reason: DropReason) => `dropped${reason[0]!.toUpperCase()}${reason.slice(1)}`;
  return {
    keptPrompts: new Set(items.map(({ prompt }) => prompt)).size,
    ...Object.fromEntries(dropReasons.map((reason) => [counted(reason), dropped[reason]])),
    ...(pairs.length > 0
      ? { pairs: pairs.length, pairWeight: mean(pairs.map(({ weight = 1 }) => weight)) }
      : { completions: items.length }),
  };
}

/**
 * Shares of right answers: of all completions, of the majority labels of the prompts that are kept, of the completions that are chosen, and of
 * those that are rejected. Over the prompts whose true answer is known; empty where it is of none.
 */
export function selectionLabelMetrics(
  votes: readonly VotedPrompt[],
  items: readonly LearnedItem[],
  labels: HiddenLabels,
): Record<string, number> {
  const truth = (prompt: number) => labels.get(votes[prompt]!.prompt.id) ?? null;
  const known = votes.flatMap((_, i) => (truth(i) === null ? [] : [i]));
  if (known.length === 0) return {};
  const right = (prompt: number, sample: number) =>
    sameAnswer(votes[prompt]!.completions[sample]!.answer, truth(prompt));
  const kept = [...new Set(items.map(({ prompt }) => prompt))].filter((i) => truth(i) !== null);
  const own = items.filter(({ prompt }) => truth(prompt) !== null);
  const rejected = own.flatMap(({ prompt, rejected }) =>
    rejected === undefined ? [] : [{ prompt, rejected }],
  );
  return {
    labelledShare: known.length / votes.length,
    ...share(
      "accuracy",
      known.flatMap((i) => votes[i]!.completions.map((_, s) => right(i, s))),
    ),
    ...share(
      "labelAccuracy",
      kept.map((i) => sameAnswer(votes[i]!.label, truth(i))),
    ),
    ...share(
      "chosenAccuracy",
      own.map(({ prompt, chosen }) => right(prompt, chosen)),
    ),
    ...share(
      "rejectedAccuracy",
      rejected.map((pair) => right(pair.prompt, pair.rejected)),
    ),
  };
}

const share = (name: string, holds: readonly boolean[]): Record<string, number> =>
  holds.length === 0 ? {} : { [name]: holds.filter(Boolean).length / holds.length };
