/** True answers where they are known, the majority elsewhere: training on prompts of which few have labels. */
import type { HiddenLabels } from "../../group.js";
import { agreedLabel, checkThreshold } from "./agreement.js";
import { rewardMatches } from "./compare.js";
import { drawFor } from "./draws.js";
import type { VoteRewardOptions } from "./majority.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";

/**
 * r = 1 where the answer is the true one, for the prompts in `labels`; as the majority reward for all others, which alone the
 * threshold concerns. It is given the labels of the labelled part and no others.
 *
 * Throws `reward-threshold-out-of-range`.
 */
export function mixedReward(
  labels: HiddenLabels,
  { agreementThreshold = 0 }: VoteRewardOptions = {},
): GroupRewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return perGroup("mixed", (group, vote) =>
    rewardMatches(group, labels.get(group.prompt.id) ?? agreedLabel(vote, threshold)),
  );
}

/** The share of the labels that is used, rounded to whole prompts: those that draw the smallest numbers by seed and prompt id. */
export function labelledPart(labels: HiddenLabels, share: number, seed: number): HiddenLabels {
  const drawn = [...labels].map(([id, label]) => ({ id, label, u: drawFor("labelled", seed, id) }));
  drawn.sort((a, b) => a.u - b.u || (a.id < b.id ? -1 : 1));
  return new Map(drawn.slice(0, Math.round(share * drawn.length)).map(({ id, label }) => [id, label]));
}
