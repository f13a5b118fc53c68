/** Preference pairs of a vote: completions with the majority answer, each against one of the same prompt without it. */

import { hashString, Random } from "../../random.js";
import { isAnswer } from "../answer/same.js";
import { type Selection, select, supports, type VotedPrompt } from "./voted-prompt.js";

/** Indices of the prompt among the round's, and of the two samples. */
export interface Pair {
  readonly prompt: number;
  readonly chosen: number;
  readonly rejected: number;
  /** The share of votes of the chosen answer minus that of the rejected one for ScPO, else 1. */
  readonly weight: number;
}

export interface PairOptions {
  readonly threshold: number;
  /** Most pairs a prompt. No two of them are the same. */
  readonly pairsPerPrompt: number;
  /** Whether a completion without an answer, which has no votes, may be the rejected one. */
  readonly rejectUnanswered: boolean;
  /** With the prompt, decides which of several completions is taken. */
  readonly key: readonly number[];
}

/** DPO: any completion without the majority answer may be the rejected one. */
export function majorityPairs(prompts: readonly VotedPrompt[], options: PairOptions): Selection<Pair> {
  return select(prompts, options.threshold, (voted, label, prompt) => {
    const { chosen, others } = candidates(voted, label, options);
    return draw(voted, chosen, others, options).map((pair) => ({ prompt, ...pair, weight: 1 }));
  });
}

/**
 * ScPO (2411.04109, section 3): the most consistent answer against the least consistent one. V counts the completions with the same
 * answer; the rejected one has the smallest V of all, and the pair weighs (V(y⁺) − V(y⁻)) / k, with k the number of completions.
 */
export function consistencyPairs(prompts: readonly VotedPrompt[], options: PairOptions): Selection<Pair> {
  return select(prompts, options.threshold, (voted, label, prompt) => {
    const { chosen, others } = candidates(voted, label, options);
    const votes = voteCounts(voted);
    const of = (i: number) => votes.get(voted.completions[i]!.answer) ?? 0;
    const fewest = Math.min(...others.map(of));
    const least = others.filter((i) => of(i) === fewest);
    const weight = ((votes.get(label) ?? 0) - fewest) / voted.completions.length;
    // Under weighted votes the label may have no more completions than another answer: no preference, then.
    if (weight <= 0) return [];
    return draw(voted, chosen, least, options).map((pair) => ({ prompt, ...pair, weight }));
  });
}

function candidates({ completions }: VotedPrompt, label: string, { rejectUnanswered }: PairOptions) {
  const chosen: number[] = [];
  const others: number[] = [];
  completions.forEach((own, i) => {
    if (supports(own, label)) chosen.push(i);
    else if (own.usable && (isAnswer(own.answer) || rejectUnanswered)) others.push(i);
  });
  return { chosen, others };
}

/** Completions by answer. One without an answer agrees with nobody. */
function voteCounts({ completions }: VotedPrompt): Map<string | null, number> {
  const votes = new Map<string | null, number>();
  for (const { answer } of completions) if (isAnswer(answer)) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  return votes;
}

/** Pairs in random order of both sides; the shorter side is used again once it is through. */
function draw(
  { prompt }: VotedPrompt,
  chosen: readonly number[],
  rejected: readonly number[],
  { pairsPerPrompt, key }: PairOptions,
): { chosen: number; rejected: number }[] {
  if (chosen.length === 0 || rejected.length === 0) return [];
  const random = new Random(...key, hashString(prompt.id));
  const [ours, theirs] = [random.shuffle(chosen), random.shuffle(rejected)];
  const count = Math.min(pairsPerPrompt, Math.max(ours.length, theirs.length));
  return Array.from({ length: count }, (_, i) => ({
    chosen: ours[i % ours.length]!,
    rejected: theirs[i % theirs.length]!,
  }));
}
