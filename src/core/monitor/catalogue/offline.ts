/** Metrics of offline training on votes (`selftrain finetune`). */
import type { MetricSection } from "./metric.js";

export const offlineMetrics: MetricSection = {
  title: "Offline training on votes",
  written:
    "Lines of kind `step` of `selftrain finetune`; the figures of a round are in the line of its first step, beside its signals.",
  metrics: {
    round: {
      title: "Round",
      help: "Round that the step belongs to.",
      unit: "count",
      healthy: "context",
    },
    keptPrompts: {
      title: "Kept prompts",
      help: "Prompts of the round that something is learned from.",
      unit: "count",
      healthy: "up",
    },
    droppedNoLabel: {
      title: "Dropped: no majority",
      help: "Prompts of the round whose vote was tied, or that nobody answered.",
      unit: "count",
      healthy: "down",
    },
    droppedLowAgreement: {
      title: "Dropped: low agreement",
      help: "Prompts of the round whose majority is below the agreement threshold.",
      unit: "count",
      healthy: "down",
    },
    droppedNoRejected: {
      title: "Dropped: nothing rejected",
      help: "Prompts of the round with nothing to put against the majority: all completions agree.",
      unit: "count",
      healthy: "context",
    },
    droppedTooLong: {
      title: "Dropped: too long",
      help: "Prompts of the round whose majority completions do not fit the context.",
      unit: "count",
      healthy: "down",
    },
    completions: {
      title: "Completions",
      help: "Completions of the round that are imitated.",
      unit: "count",
      healthy: "context",
    },
    pairs: {
      title: "Pairs",
      help: "Preference pairs of the round.",
      unit: "count",
      healthy: "context",
    },
    pairWeight: {
      title: "Pair weight",
      help: "Mean weight of a pair: its vote margin for ScPO, else 1.",
      unit: "number",
      healthy: "context",
    },
    chosenAccuracy: {
      title: "Chosen accuracy",
      help: "Share of the chosen completions that are right; measured with labels that training never sees.",
      unit: "share",
      healthy: "up",
    },
    rejectedAccuracy: {
      title: "Rejected accuracy",
      help: "Share of the rejected completions that are right; measured with labels that training never sees.",
      unit: "share",
      healthy: "down",
    },
    chosenLogprob: {
      title: "Chosen logprob (nats)",
      help: "Mean log-probability of a chosen completion before the step.",
      unit: "nats",
      healthy: "up",
      reading: "With DPO it may fall, as long as the rejected one falls more.",
    },
    rejectedLogprob: {
      title: "Rejected logprob (nats)",
      help: "Mean log-probability of a rejected completion before the step.",
      unit: "nats",
      healthy: "down",
    },
    rewardMargin: {
      title: "Reward margin",
      help: "Mean β times the gain of the chosen over the rejected completion since the round began.",
      unit: "number",
      healthy: "up",
    },
    preferenceAccuracy: {
      title: "Preference accuracy",
      help: "Share of the pairs whose chosen completion gained more than the rejected one since the round began.",
      unit: "share",
      healthy: "up",
    },
  },
};
