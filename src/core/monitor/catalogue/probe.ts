/** Metrics of the probe: held-out prompts that come back. */
import type { MetricSection } from "./metric.js";

export const probeMetricSection: MetricSection = {
  title: "Probe",
  written:
    "Lines of kind `probe`, in runs with `probe`: the same held-out prompts each time, with the same draws. Beside these they have the signals without labels, what agreement is about, `kl`, `sequenceKl`, `answerSpanKl` and `reasoningKl` to the starting policy, and with labels `accuracy` and `majorityAccuracy`. The reference of shares and shifts is the probe of step 0, and “at first” means that.",
  metrics: {
    flipRate: {
      title: "Flipped since the last probe",
      help: "Share of the probe's prompts whose majority answer differs from the last one that they had.",
      unit: "share",
      healthy: "context",
      reading: "It rises while answers are undecided, and falls as they settle, right or wrong.",
    },
    flippedShare: {
      title: "Flipped in the last 3 probes",
      help: "Share of the probe's prompts whose majority answer changed at any of the last 3 probes.",
      unit: "share",
      healthy: "context",
    },
    lockedAfterFlipShare: {
      title: "Locked after a flip",
      help: "Share of the probe's prompts whose majority answer changed before, and at none of the last 3 probes.",
      unit: "share",
      healthy: "context",
      reading: "These answers are not those the model began with, and hardly change any more. Look at them.",
    },
    excessError: {
      title: "Standard error of the excess share",
      help: "Over prompts, each compared with itself at first.",
      unit: "share",
      healthy: "context",
    },
    learned: {
      title: "Learned",
      help: "Prompts whose majority was wrong at first and is right now.",
      unit: "count",
      healthy: "up",
    },
    corrupted: {
      title: "Corrupted",
      help: "Prompts whose majority was right at first and is wrong now.",
      unit: "count",
      healthy: "down",
      reading: "More of them than of learned ones: training destroys more than it teaches.",
    },
    stayedRight: {
      title: "Still right",
      help: "Prompts whose majority was right at first and is right now.",
      unit: "count",
      healthy: "context",
    },
    stayedWrong: {
      title: "Still wrong",
      help: "Prompts whose majority was wrong at first and is wrong now.",
      unit: "count",
      healthy: "context",
    },
  },
};
