/** The hacking gap and its two factors: how often the label is wrong, and by how much the wrong answer leads. */
import { mean } from "../../../numbers.js";
import { sameAnswer } from "../../answer/same.js";
import type { PaidGroup } from "../group.js";
import { paymentsOf } from "./payments.js";

export interface HackingGap {
  /** G: mean reward − mean true reward, over groups. */
  readonly gap: number;
  /**
   * P(m ≠ t): share of the groups whose label is not the true answer; a group without a label counts. Null where something was paid that no one label
   * stands for.
   */
  readonly wrongLabelShare: number | null;
  /**
   * E[p̂_m − p̂_t | m ≠ t]: mean over those groups of what their reward exceeds accuracy by. Null where every label is right, and as above. Below 0 where the
   * label is rarer than the truth, as a fixed teacher's may be.
   */
  readonly wrongLabelLead: number | null;
}

/**
 * For the majority reward the gap is the product of the factors, exactly: where the label is right, reward and truth are the same. Null where a
 * reward is outside [0, 1], and without groups.
 */
export function hackingGap(groups: readonly PaidGroup[]): HackingGap | null {
  const own = groups.filter(({ answers }) => answers.length > 0);
  if (own.length === 0 || own.some(({ rewards }) => rewards.some((r) => !(r >= 0 && r <= 1)))) return null;
  const gaps = own.map((group) => {
    const { paidWrong, unpaidRight } = paymentsOf(group);
    return { gap: paidWrong - unpaidRight, wrong: !sameAnswer(group.label, group.truth) };
  });
  const gap = mean(gaps.map((group) => group.gap));
  const forOtherThings = own.some(({ label, rewards }) => label === null && rewards.some((r) => r !== 0));
  if (forOtherThings) return { gap, wrongLabelShare: null, wrongLabelLead: null };
  const wrong = gaps.filter((group) => group.wrong);
  return {
    gap,
    wrongLabelShare: wrong.length / gaps.length,
    wrongLabelLead: wrong.length === 0 ? null : mean(wrong.map((group) => group.gap)),
  };
}
