/** Metrics of rejection sampling. */
import type { MetricSection } from "./metric.js";

export const rejectionMetrics: MetricSection = {
  title: "Rejection and refill",
  written: "Lines of kind `step`, where `rejection` is configured.",
  metrics: {
    refillRounds: {
      title: "Refill rounds",
      help: "Rounds of further prompts that were sampled in the place of rejected ones.",
      unit: "count",
      healthy: "context",
      reading: "Each round costs as much sampling as a step.",
    },
    sampledGroups: {
      title: "Sampled groups",
      help: "Groups that were sampled for the step, rejected ones included; most metrics are of all of them.",
      unit: "count",
      healthy: "context",
    },
    rejectedGroups: {
      title: "Rejected groups",
      help: "Sampled groups that were not trained on, for whatever reason.",
      unit: "count",
      healthy: "context",
    },
    rejectedUnparsed: {
      title: "Rejected: no answers",
      help: "Groups of which fewer than two rollouts have an answer (rejection.dropUnparsed).",
      unit: "count",
      healthy: "down",
    },
    rejectedAgreement: {
      title: "Rejected: agreement",
      help: "Groups whose largest class holds too few votes (rejection.minAgreement).",
      unit: "count",
      healthy: "down",
    },
    rejectedNoLabel: {
      title: "Rejected: no label",
      help: "Groups that give no reward, because the vote has no label (rejection.zeroSignal).",
      unit: "count",
      healthy: "down",
    },
    rejectedZeroSignal: {
      title: "Rejected: no signal",
      help: "Groups whose rewards are all equal (rejection.zeroSignal).",
      unit: "count",
      healthy: "context",
    },
    rejectedRewardBand: {
      title: "Rejected: reward band",
      help: "Groups whose mean reward lies outside the band (rejection.rewardBand).",
      unit: "count",
      healthy: "context",
    },
    rejectedKeepFraction: {
      title: "Rejected: not among the best",
      help: "Groups that passed every test, while others were better (rejection.keepFraction).",
      unit: "count",
      healthy: "context",
    },
    surplusGroups: {
      title: "Surplus groups",
      help: "Groups that passed when the batch was full already.",
      unit: "count",
      healthy: "context",
    },
    droppedRollouts: {
      title: "Dropped rollouts",
      help: "Rollouts without an answer in the groups that were trained on (rejection.dropUnparsed).",
      unit: "count",
      healthy: "down",
    },
    trainedReward: {
      title: "Reward of the trained groups",
      help: "Mean reward of what was trained on; Reward is that of everything sampled.",
      unit: "share",
      healthy: "context",
    },
    trainedAgreement: {
      title: "Agreement of the trained groups",
      help: "Mean agreement of the groups that were trained on.",
      unit: "share",
      healthy: "context",
    },
    trainedLabelAccuracy: {
      title: "Label accuracy of the trained groups",
      help: "Share of the labels trained on that are the true answer; higher than Label accuracy where the filter helps.",
      unit: "share",
      healthy: "up",
    },
  },
};
