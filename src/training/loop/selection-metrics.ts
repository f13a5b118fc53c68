/** Figures of rejection sampling: what was sampled, what was rejected for which reason, and what the trained part looks like. */

import type { RejectionConfig } from "../../config/curriculum-config.js";
import { countRejections, type Rejection } from "../../core/curriculum/rejection.js";
import { labelMetrics } from "../../core/monitor/label-metrics.js";
import type { HiddenLabels } from "../../group.js";
import { mean } from "../../numbers.js";
import type { Rewarded } from "./collect.js";

const names: Readonly<Record<Rejection, string>> = {
  unparsed: "rejectedUnparsed",
  agreement: "rejectedAgreement",
  "no-label": "rejectedNoLabel",
  "zero-signal": "rejectedZeroSignal",
  "reward-band": "rejectedRewardBand",
  "keep-fraction": "rejectedKeepFraction",
  surplus: "surplusGroups",
};

/** Reasons that a configuration can have. */
function possible(rules: RejectionConfig): Rejection[] {
  return [
    ...(rules.dropUnparsed ? (["unparsed"] as const) : []),
    ...(rules.minAgreement > 0 ? (["agreement"] as const) : []),
    ...(rules.zeroSignal ? (["no-label", "zero-signal"] as const) : []),
    ...(rules.rewardBand === undefined ? [] : (["reward-band"] as const)),
    ...(rules.keepFraction < 1 ? (["keep-fraction"] as const) : []),
    "surplus",
  ];
}

/** None where nothing is ever rejected. The other metrics of a step are of everything sampled; these say what was trained on. */
export function selectionMetrics(
  { groups, votes, selection, refill }: Rewarded,
  labels: HiddenLabels,
): Record<string, number | null> {
  if (refill === null) return {};
  const { rounds: refillRounds, rules } = refill;
  const { trained, rejected } = selection;
  const counts = countRejections(rejected);
  const rewards = trained.flatMap(({ reward }) => reward.rewards);
  const meanOf = (values: readonly number[]) => (values.length === 0 ? null : mean(values));
  const truth = labelMetrics(
    trained.map(({ group }) => group),
    trained.map(({ reward }) => reward),
    labels,
  );
  const left = trained.reduce((sum, { samples }) => sum + samples.length, 0);
  const sampled = trained.reduce((sum, { candidate }) => sum + groups[candidate]!.rollouts.length, 0);
  return {
    refillRounds,
    sampledGroups: groups.length,
    rejectedGroups: groups.length - trained.length,
    ...Object.fromEntries(possible(rules).map((reason) => [names[reason], counts[reason] ?? 0])),
    ...(rules.dropUnparsed ? { droppedRollouts: sampled - left } : {}),
    trainedReward: meanOf(rewards),
    trainedAgreement: meanOf(trained.map(({ candidate }) => votes[candidate]!.share)),
    ...(truth === null ? {} : { trainedLabelAccuracy: truth.labelAccuracy }),
  };
}
