/** Why labels are wrong: because the policy's majority is, or because so few votes were unlucky. More samples help against the second alone. */
import { sameAnswer } from "../../answer/same.js";
import type { AnsweredGroup, PaidGroup } from "../group.js";
import { countsOf } from "../label-free/tally.js";

export interface LabelError {
  /** Groups that could be split: those whose prompt has a large vote. */
  readonly groups: number;
  /** P(m ≠ t) of them = wrongMajority + unlucky − lucky. */
  readonly error: number;
  /** P(M ≠ t): the policy's own mode is wrong. */
  readonly wrongMajority: number;
  /** P(M = t, m ≠ t): falls as votes grow. */
  readonly unlucky: number;
  /** P(M ≠ t, m = t). */
  readonly lucky: number;
}

/** Votes from which a mode is taken for the policy's own. */
export const LARGE_VOTE = 256;

/**
 * The mode M of each prompt that has enough votes, pooled over all its groups; null where it is tied. The prompt's groups must be of
 * about the same policy: of one evaluation, or of steps close together.
 */
export function largeMajorities(
  groups: readonly AnsweredGroup[],
  votes = LARGE_VOTE,
): Map<string, string | null> {
  const pooled = new Map<string, (string | null)[]>();
  for (const { promptId, answers } of groups) {
    const known = pooled.get(promptId);
    if (known === undefined) pooled.set(promptId, [...answers]);
    else known.push(...answers);
  }
  const large = [...pooled].filter(([, answers]) => answers.length >= votes);
  return new Map(large.map(([promptId, answers]) => [promptId, modeOf(answers)]));
}

function modeOf(answers: readonly (string | null)[]): string | null {
  const [first, second] = [...countsOf(answers)].sort(([, m], [, n]) => n - m);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}

/** Null where no group's prompt has a large vote. */
export function labelError(
  groups: readonly Pick<PaidGroup, "promptId" | "label" | "truth">[],
  majorities: ReadonlyMap<string, string | null>,
): LabelError | null {
  const known = groups.flatMap(({ promptId, label, truth }) => {
    const mode = majorities.get(promptId);
    return mode === undefined ? [] : [{ label: sameAnswer(label, truth), mode: sameAnswer(mode, truth) }];
  });
  if (known.length === 0) return null;
  const share = (holds: (own: (typeof known)[number]) => boolean) =>
    known.filter(holds).length / known.length;
  return {
    groups: known.length,
    error: share(({ label }) => !label),
    wrongMajority: share(({ mode }) => !mode),
    unlucky: share(({ label, mode }) => mode && !label),
    lucky: share(({ label, mode }) => !mode && label),
  };
}

/** Upper bound on the probability that n votes miss the mode of answers with these probabilities (Hoeffding): Σ_a exp(−n (π_M − π_a)²/2), at most 1. */
export function unluckyBound(probabilities: readonly number[], n: number): number {
  const [mode = 0, ...others] = probabilities.toSorted((a, b) => b - a);
  return Math.min(
    1,
    others.reduce((sum, p) => sum + Math.exp((-n * (mode - p) ** 2) / 2), 0),
  );
}
