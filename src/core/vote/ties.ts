/** Ties: which of several equally voted answers is the label. */
import { hashString, uniform } from "../../random.js";
import type { AnswerClass } from "./answer-class.js";

export const tieRules = ["none", "first", "shortest", "logprob", "random", "smallest"] as const;

/**
 * - `none` (default): no label. A tie says nothing about which answer is better; any rule that looks at the
 *   answers would favour the same ones in every group, and so push the policy towards them.
 * - `first`: the class whose first member was sampled first, as in the reference code. Depends on sample order.
 * - `shortest`: the class with the shortest member (`lengths`; of the answers themselves where none are given).
 * - `logprob`: the class whose best member has the highest mean logprob (`logprobs`).
 * - `random`: drawn by `seed`, which must differ from group to group, and by the tied answers; not by sample order.
 * - `smallest`: the first in code-unit order. Invariant to the order of the samples, but biased as said.
 *
 * What `shortest` and `logprob` find equal stays a tie.
 */
export type TieRule = (typeof tieRules)[number];

export interface TieOptions {
  readonly ties?: TieRule;
  /** Length of each sample, in whatever unit, in sample order. */
  readonly lengths?: readonly number[];
  /** Mean logprob of each sample, in sample order. */
  readonly logprobs?: readonly number[];
  /** Key of the draw; several numbers where one is not enough. */
  readonly seed?: number | readonly number[];
}

/** The label among `leaders`, which are in code-unit order; null where the tie stays one. */
export function breakTie(leaders: readonly AnswerClass[], options: TieOptions): AnswerClass | null {
  const { ties = "none", lengths, logprobs, seed = 0 } = options;
  if (leaders.length <= 1) return leaders[0] ?? null;
  switch (ties) {
    case "none":
      return null;
    case "first":
      return least(leaders, ({ first }) => first);
    case "smallest":
      return leaders[0]!;
    case "shortest":
      return least(leaders, ({ answer, members }) =>
        lengths === undefined ? answer.length : Math.min(...members.map((i) => lengths[i]!)),
      );
    case "logprob":
      return logprobs === undefined
        ? null
        : least(leaders, ({ members }) => -Math.max(...members.map((i) => logprobs[i]!)));
    case "random": {
      const key = leaders.map(({ answer }) => hashString(answer));
      return leaders[Math.floor(uniform(...[seed].flat(), ...key) * leaders.length)]!;
    }
  }
}

/** The one class with the least value; null where several have it, or a value is missing. */
function least(leaders: readonly AnswerClass[], value: (leader: AnswerClass) => number): AnswerClass | null {
  const values = leaders.map(value);
  const lowest = Math.min(...values);
  const at = values.indexOf(lowest);
  return at < 0 || values.lastIndexOf(lowest) !== at ? null : leaders[at]!;
}
