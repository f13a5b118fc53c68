/** Counts of answers, pooled over prompts: what every statistic of the answers' distribution is made of. */
import { isAnswer } from "../../answer/same.js";
import type { AnsweredGroup } from "../group.js";

/** How often one answer was given. */
export interface AnswerCount {
  readonly count: number;
  /** Sums over groups of the share that it has of the group's rollouts, and of the squares of that share. */
  readonly shares: number;
  readonly squares: number;
}

export interface AnswerTally {
  readonly groups: number;
  readonly rollouts: number;
  /** Rollouts that have an answer. */
  readonly answered: number;
  readonly counts: ReadonlyMap<string, AnswerCount>;
}

/** Counts of one group's answers. */
export function countsOf(answers: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const answer of answers) if (isAnswer(answer)) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}

/** Linear in the rollouts. Groups without rollouts count for nothing. */
export function tallyOf(groups: readonly Pick<AnsweredGroup, "answers">[]): AnswerTally {
  const counts = new Map<string, { count: number; shares: number; squares: number }>();
  let [rollouts, answered, filled] = [0, 0, 0];
  for (const { answers } of groups) {
    const n = answers.length;
    if (n === 0) continue;
    filled++;
    rollouts += n;
    for (const [answer, count] of countsOf(answers)) {
      answered += count;
      const share = count / n;
      const known = counts.get(answer);
      if (known === undefined) counts.set(answer, { count, shares: share, squares: share * share });
      else {
        known.count += count;
        known.shares += share;
        known.squares += share * share;
      }
    }
  }
  return { groups: filled, rollouts, answered, counts };
}

/** Share of an answer, its mean over groups, and the standard error over groups: rollouts of a prompt are no independent draws. */
export function shareIn({ groups, counts }: AnswerTally, answer: string): { share: number; error: number } {
  const { shares, squares } = counts.get(answer) ?? { shares: 0, squares: 0 };
  if (groups === 0) return { share: 0, error: 0 };
  const share = shares / groups;
  const variance = groups < 2 ? 0 : Math.max(0, (squares - groups * share * share) / (groups - 1));
  return { share, error: Math.sqrt(variance / groups) };
}

/** Entropy (nats) of the answers of those rollouts that answered; 0 of none. Summed from the commonest down, in an order that the samples do not decide. */
export function entropyOf({ answered, counts }: AnswerTally): number {
  let entropy = 0;
  for (const count of [...counts.values()].map((own) => own.count).sort((a, b) => b - a))
    entropy -= (count / answered) * Math.log(count / answered);
  return Math.max(0, entropy);
}
