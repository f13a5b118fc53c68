/** Metrics of the probe: held-out prompts that come back. */
import type { MetricSection } from "./metric.js";

export const probeMetricSection: MetricSection = {
  title: "Probe",
  written:
    "Lines of kind `probe`, in runs with `probe`: the same held-out prompts each time, with the same draws. Beside these they have the signals without labels, and with labels `accuracy` and `majorityAccuracy`. “At first” is the probe of step 0.",
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
    phi: {
      title: "Agreement without the prompt (φ)",
      help: "Probability that two samples of different prompts agree, by that of two samples of one prompt: 0 where agreement is about the prompt, 1 where answers ignore it.",
      unit: "number",
      healthy: "down",
      reading: "A rise above its lowest value is a sign of collapse.",
    },
    excessShare: {
      title: "Excess share",
      help: "Largest rise of one answer's share of all samples above the share that the same answer had at first.",
      unit: "share",
      healthy: "steady",
      reading: "An answer that takes more and more prompts is a collapse, however common it was.",
    },
    excessAnswer: {
      title: "Answer of the excess share",
      help: "The answer whose share rose most.",
      unit: "text",
      healthy: "context",
    },
    excessError: {
      title: "Standard error of the excess share",
      help: "Over prompts, each compared with itself at first.",
      unit: "share",
      healthy: "context",
    },
    answerShift: {
      title: "Shift of the answers (nats)",
      help: "Jensen–Shannon divergence of the answers of all samples from those at first: 0 to 0.69. It is above 0 where nothing moved, as samples are few.",
      unit: "nats",
      healthy: "context",
    },
    effectiveAnswers: {
      title: "Effective answers",
      help: "exp of the entropy of all answers: as many equally common answers would be as varied.",
      unit: "number",
      healthy: "steady",
    },
    effectiveAnswersRatio: {
      title: "Effective answers, by those at first",
      help: "1 where answers are as varied as at first.",
      unit: "number",
      healthy: "steady",
      reading: "A fall is a sign of collapse.",
    },
    sequenceKl: {
      title: "KL of a sample (nats)",
      help: "KL to the starting policy by the estimator k3, summed over the tokens of a sample, averaged over samples.",
      unit: "nats",
      healthy: "context",
    },
    tokenKl: {
      title: "KL of a token (nats)",
      help: "The same, averaged over tokens.",
      unit: "nats",
      healthy: "context",
    },
    answerSpanKl: {
      title: "KL of the answer (nats)",
      help: "The same, averaged over the tokens that the answer stands in.",
      unit: "nats",
      healthy: "context",
      reading: "Far above that of the reasoning: answers changed, and what leads to them did not.",
    },
    reasoningKl: {
      title: "KL of the reasoning (nats)",
      help: "The same, averaged over all other tokens of the samples with an answer.",
      unit: "nats",
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
