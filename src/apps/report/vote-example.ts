/** From rollout rows to votes that a person can look at. */
import type { RolloutRow } from "../../run/run-directory.js";

/** One class of answers with the number of rollouts that gave it. */
export interface AnswerCount {
  /** Null: rollouts without an answer, which have no vote. */
  readonly answer: string | null;
  readonly count: number;
}

/** A prompt, what its rollouts answered, and one of them. */
export interface VoteExample {
  readonly prompt: string;
  /** Classes, largest first. */
  readonly classes: readonly AnswerCount[];
  /** The majority answer; null where there was none. */
  readonly majority: string | null;
  /** The answer that was rewarded, where it differs from the majority (control arms). */
  readonly label?: string | null;
  /** The true answer where it is known; training never saw it. */
  readonly truth?: string;
  readonly completion: string;
}

/** Some examples of one step. */
export interface VoteSet {
  readonly title: string;
  readonly note?: string;
  readonly examples: readonly VoteExample[];
}

/**
 * Examples of a step, from the most divided prompt to the most agreed: `count` prompts at even distances in the
 * order of vote share. The sample shown is the first that gave the majority answer.
 */
export function voteExamples(
  rows: readonly RolloutRow[],
  options: { readonly count: number; readonly truths?: ReadonlyMap<string, string> },
): readonly VoteExample[] {
  const groups = new Map<number, RolloutRow[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group) group.push(row);
    else groups.set(row.group, [row]);
  }
  const ordered = [...groups.values()].sort(
    (a, b) => a[0]!.voteShare - b[0]!.voteShare || a[0]!.group - b[0]!.group,
  );
  return evenly(ordered, options.count).map((group) => voteExample(group, options.truths));
}

/** The vote of one group; `rows` are its rollouts, at least one. */
export function voteExample(rows: readonly RolloutRow[], truths?: ReadonlyMap<string, string>): VoteExample {
  const first = rows[0]!;
  const counts = new Map<string | null, number>();
  // A teacher's answers are no part of the policy's vote.
  for (const { answer, sampledBy } of rows)
    if (sampledBy === "policy") counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const classes = [...counts]
    .map(([answer, count]) => ({ answer, count }))
    .sort((a, b) => b.count - a.count || Number(a.answer === null) - Number(b.answer === null));
  const truth = truths?.get(first.promptId);
  return {
    prompt: first.prompt,
    classes,
    majority: first.voteLabel,
    ...(first.rewardLabel === first.voteLabel ? {} : { label: first.rewardLabel }),
    ...(truth === undefined ? {} : { truth }),
    completion: (
      rows.find(
        ({ answer, sampledBy }) => sampledBy === "policy" && answer !== null && answer === first.voteLabel,
      ) ?? first
    ).completion,
  };
}

/** `count` items at even distances, both ends included. */
function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  if (count === 1) return items.slice(0, 1);
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
