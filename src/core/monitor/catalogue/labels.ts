/** Metrics that read true answers, where there are any. */
import type { MetricSection } from "./metric.js";

export const labelMetricSection: MetricSection = {
  title: "Beside true answers",
  written:
    "Lines of kind `step`, where prompts have true answers. They are computed after the update, and no reward reads them.",
  metrics: {
    accuracy: {
      title: "True accuracy",
      help: "Share of the rollouts that are right; measured with labels that training never sees.",
      unit: "share",
      healthy: "up",
    },
    labelAccuracy: {
      title: "Label accuracy",
      help: "Share of the rewarded labels that are the true answer; absent where something else than one answer is rewarded.",
      unit: "share",
      healthy: "up",
      reading: "Below a half at the start, self-training mostly rewards wrong answers.",
    },
    majorityAccuracy: {
      title: "Majority accuracy in training",
      help: "Share of the prompts of a step whose majority is the true answer, whatever was rewarded.",
      unit: "share",
      healthy: "up",
    },
    rewardAccuracy: {
      title: "Reward accuracy",
      help: "Share of rollouts paid as the true answer would have.",
      unit: "share",
      healthy: "up",
    },
    rewardPrecision: {
      title: "Reward precision",
      help: "Share of the paid rollouts that are right.",
      unit: "share",
      healthy: "up",
      reading: "A fall says that wrong answers are paid more and more.",
    },
    rewardRecall: {
      title: "Reward recall",
      help: "Share of the right rollouts that were paid.",
      unit: "share",
      healthy: "up",
    },
    rewardRanking: {
      title: "Reward ranking",
      help: "How often a right rollout is paid more than a wrong one to the same prompt, equal pay counting half: 50% is chance.",
      unit: "share",
      healthy: "up",
    },
    labelledShare: {
      title: "Labelled prompts",
      help: "Share of the prompts whose true answer is known, for these metrics only.",
      unit: "share",
      healthy: "context",
    },
    hackingGap: {
      title: "Hacking gap",
      help: "Reward minus true accuracy: what the proxy overpays.",
      unit: "share",
      healthy: "down",
      reading: "A rise is reward hacking: the reward is earned without being right.",
    },
  },
};
