/** Metrics of a reward model's training (`selftrain reward-model train`). */
import type { MetricSection } from "./metric.js";

export const rewardModelMetrics: MetricSection = {
  title: "Reward models",
  written:
    "Lines of a run of `selftrain reward-model train`: kind `step`, and `eval` on held-out votes. Those named true need true answers.",
  metrics: {
    voteAccuracy: {
      title: "Accuracy by votes",
      help: "Share of solutions where the reward model says rightly whether they agree with the majority.",
      unit: "share",
      healthy: "up",
    },
    votePairwiseAccuracy: {
      title: "Pairs by votes",
      help: "Share of pairs of solutions to a prompt in which the one that agrees with the majority scores higher.",
      unit: "share",
      healthy: "up",
    },
    voteAuc: {
      title: "AUC by votes",
      help: "Probability that a solution that agrees with its majority scores above one that does not.",
      unit: "share",
      healthy: "up",
      reading: "50% is chance.",
    },
    voteEce: {
      title: "Calibration error by votes",
      help: "Mean gap between the probability that the reward model says and the share that agrees.",
      unit: "share",
      healthy: "down",
    },
    voteRightShare: {
      title: "Agreeing solutions",
      help: "Share of the solutions that agree with their majority.",
      unit: "share",
      healthy: "context",
      reading:
        "An accuracy below the larger of this share and its rest is worse than always saying the same.",
    },
    trueAccuracy: {
      title: "Accuracy by true answers",
      help: "Share of solutions where the reward model says rightly whether they are right; labels that training never sees.",
      unit: "share",
      healthy: "up",
    },
    truePairwiseAccuracy: {
      title: "Pairs by true answers",
      help: "Share of pairs of solutions to a prompt in which the right one scores higher.",
      unit: "share",
      healthy: "up",
    },
    trueAuc: {
      title: "AUC by true answers",
      help: "Probability that a right solution scores above a wrong one.",
      unit: "share",
      healthy: "up",
    },
    trueEce: {
      title: "Calibration error by true answers",
      help: "Mean gap between the probability that the reward model says and the share that is right.",
      unit: "share",
      healthy: "down",
    },
    trueRightShare: {
      title: "Right solutions",
      help: "Share of the solutions that are right.",
      unit: "share",
      healthy: "context",
    },
    meanScore: {
      title: "Mean score",
      help: "Mean score of the step's solutions.",
      unit: "number",
      healthy: "steady",
    },
    meanProbability: {
      title: "Mean probability",
      help: "Mean σ(score) of the measured solutions.",
      unit: "share",
      healthy: "steady",
    },
    groups: {
      title: "Groups",
      help: "Groups of solutions to a prompt that were scored.",
      unit: "count",
      healthy: "context",
    },
    solutions: {
      title: "Solutions",
      help: "Solutions that were scored.",
      unit: "count",
      healthy: "context",
    },
  },
};
