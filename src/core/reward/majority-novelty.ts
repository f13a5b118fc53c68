/**
 * The majority decides the sign, novelty what is within it: after EVOL-RL (Zhou et al. 2025, arXiv 2509.15194, section 3.2), with the
 * overlap of texts in the place of the similarity of their embeddings.
 */
import { sumAscending } from "../../numbers.js";
import { isAnswer, sameAnswer } from "../answer/same.js";
import { agreedLabel, checkThreshold } from "./agreement.js";
import { unrewarded } from "./compare.js";
import type { VoteRewardOptions } from "./majority.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";
import { piecesOf, similarity } from "./similarity.js";

/** How much the mean similarity counts beside the greatest. */
const ALPHA = 0.5;

/**
 * Of a group with a label there are two sides: those who gave it, and those who gave another answer. The novelty of a rollout is
 *
 *   u_i = 1 − (α·s̄_i + (1 − α)·m_i), α = ½,
 *
 * with s̄_i its mean similarity to the others of its side (0 where it is alone) and m_i the greatest to any other that answered, both of
 * the completions' texts (`similarity.ts`). ũ_i is u_i scaled to [0, 1] within the side; 0 where all of a side are equally novel. Then, with the
 * width w,
 *
 *   r_i = (1 − w) + w·ũ_i   for the majority,   −1 + w·ũ_i   for other answers,   −1 without an answer:
 *
 * whatever the novelty, no other answer is paid as much as the majority's. A group gives no reward where the vote has no label, or less agreement
 * than the threshold. Throws `reward-threshold-out-of-range`.
 */
export function majorityNoveltyReward({
  agreementThreshold = 0,
  width = 0.5,
}: VoteRewardOptions & { readonly width?: number } = {}): GroupRewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return perGroup("majority-novelty", (group, vote) => {
    const label = agreedLabel(vote, threshold);
    if (label === null) return unrewarded(group);
    const answered = group.rollouts.flatMap(({ answer, text }, sample) =>
      isAnswer(answer) ? [{ sample, majority: sameAnswer(answer, label), pieces: piecesOf(text) }] : [],
    );
    const alike = answered.map((a) => answered.map((b) => (a === b ? 0 : similarity(a.pieces, b.pieces))));
    const rewards = group.rollouts.map(() => -1);
    for (const majority of [true, false]) {
      const side = answered.flatMap((member, i) => (member.majority === majority ? [i] : []));
      const novelty = scaled(side.map((i) => noveltyOf(alike[i]!, side, i)));
      side.forEach((i, at) => {
        rewards[answered[i]!.sample] = (majority ? 1 - width : -1) + width * novelty[at]!;
      });
    }
    return { label, rewards, rewarded: true };
  });
}

function noveltyOf(alike: readonly number[], side: readonly number[], own: number): number {
  const others = side.filter((i) => i !== own).map((i) => alike[i]!);
  const mean = others.length === 0 ? 0 : sumAscending(others) / others.length;
  return 1 - (ALPHA * mean + (1 - ALPHA) * Math.max(...alike));
}

/** To [0, 1]; all 0 where all are equal. */
function scaled(values: readonly number[]): number[] {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return values.map((value) => (range === 0 ? 0 : (value - low) / range));
}
