/**
 * What the monitor's functions look at: answers by prompt, and what was paid for them. It is no trainer's type, so that rollouts of other programs
 * are measured by the same functions.
 */

/** The answers to one prompt, one a rollout in sample order. */
export interface AnsweredGroup {
  readonly promptId: string;
  /** Canonical: equal strings are one answer. Null, or blank, where there is none. */
  readonly answers: readonly (string | null)[];
  /** The last result that the steps of each rollout came to; null where the rollout shows none. Absent where the format shows none. */
  readonly lastResults?: readonly (string | null)[];
}

/** A group that was paid, and whose true answer is known. */
export interface PaidGroup extends AnsweredGroup {
  /** Pseudo-reward of each answer. */
  readonly rewards: readonly number[];
  /** The answer that was rewarded; null where none was, or more than one. */
  readonly label: string | null;
  readonly truth: string;
}
