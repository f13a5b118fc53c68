/** Metrics of the optimiser step. */
import type { MetricSection } from "./metric.js";

export const updateMetrics: MetricSection = {
  title: "Update",
  written: "Lines of kind `step`.",
  metrics: {
    entropy: {
      title: "Token entropy (nats)",
      help: "Mean −log p of the sampled tokens: how undecided the policy is.",
      unit: "nats",
      healthy: "steady",
      reading:
        "It falls slowly as the policy sharpens. Near 0 all rollouts are the same, and nothing is learned.",
    },
    kl: {
      title: "KL to the reference (nats)",
      help: "Divergence from the reference, by default the starting policy, per token.",
      unit: "nats",
      healthy: "steady",
      reading: "It rises slowly. A steep rise says that the policy runs away: lower the learning rate.",
    },
    sequenceKl: {
      title: "KL to the reference, of whole completions (nats)",
      help: "The same divergence summed over the tokens of a completion: its root is the distance that the policy went.",
      unit: "nats",
      healthy: "steady",
      reading: "True reward over this distance rises and then falls where the proxy is hacked.",
      formula: "mean over rollouts of Σ_t k3; d = √KL of Gao et al. (arXiv 2210.10760)",
    },
    answerSpanKl: {
      title: "KL of the answers (nats)",
      help: "The divergence from the reference per token, of the tokens that the answer stands in.",
      unit: "nats",
      healthy: "steady",
      reading: "Far above that of the reasoning, answers changed and what leads to them did not.",
      formula: "mean k3 over the answers' tokens, of rollouts with an answer; compare reasoningKl",
    },
    reasoningKl: {
      title: "KL of the reasoning (nats)",
      help: "The same of all other tokens of the rollouts that have an answer.",
      unit: "nats",
      healthy: "steady",
    },
    maxAdvantage: {
      title: "Largest advantage",
      help: "Largest size of an advantage of the step.",
      unit: "number",
      healthy: "steady",
      reading:
        "Where advantages are divided by their spread, it grows as prompts become nearly unanimous: the few that dissent are pushed hard.",
    },
    gradNorm: {
      title: "Gradient norm",
      help: "Global norm of the gradient before clipping.",
      unit: "number",
      healthy: "steady",
      reading: "0 is a step that changed nothing.",
    },
    loss: {
      title: "Loss",
      help: "Of self-training it is near 0 at every step on policy, whatever is learned: progress is agreement, and accuracy where there are labels. Of pretraining and fine-tuning it falls as the completions are learned.",
      unit: "number",
      healthy: "context",
    },
    mismatchKl: {
      title: "KL between sampler and trainer (nats)",
      help: "What the server or engine that samples and the one that trains make of the same tokens under the same weights, per token. 0 but for rounding where they agree.",
      unit: "nats",
      healthy: "steady",
      reading: "It grows where the two compute in different precisions, or hold different weights.",
      formula:
        "mean over tokens of ρ − 1 − log ρ, ρ the trainer's probability over the sampler's; of the first optimiser step",
    },
    mismatchRatio: {
      title: "Ratio of trainer to sampler",
      help: "Mean over tokens of the trainer's probability over the sampler's, before the update. 1 but for rounding where they agree.",
      unit: "number",
      healthy: "context",
    },
    mismatchLargest: {
      title: "Largest distance of trainer and sampler (nats)",
      help: "The largest difference of the two logprobs of a token, before the update.",
      unit: "nats",
      healthy: "steady",
    },
    mismatchOutside: {
      title: "Tokens whose ratio is far from 1",
      help: "Share of tokens whose probability the trainer has at less than half, or more than twice, of what the sampler has.",
      unit: "share",
      healthy: "steady",
    },
    mismatchMasked: {
      title: "Masked by the mismatch",
      help: "Share of sequences, or of tokens, that the correction leaves out of the update because the two disagree too much.",
      unit: "share",
      healthy: "steady",
      reading: "Above mismatch.stopAbove the run stops.",
    },
    staleness: {
      title: "Staleness",
      help: "Optimiser steps between the policy that sampled the first batch and the one that it trains, with engine.overlap.",
      unit: "count",
      healthy: "steady",
    },
    skippedGroups: {
      title: "Skipped groups",
      help: "Groups whose advantages are all zero, left out of the update.",
      unit: "count",
      healthy: "context",
      reading: "All groups skipped: nothing is learned. The groups are unanimous, or nobody answered.",
    },
    trainedRollouts: {
      title: "Trained rollouts",
      help: "Rollouts of the groups that were not skipped.",
      unit: "count",
      healthy: "context",
    },
    importanceRatio: {
      title: "Importance ratio",
      help: "Mean probability of the trained tokens over that at sampling: 1 on policy.",
      unit: "number",
      healthy: "steady",
      reading: "Far from 1 the update is off policy: fewer updatesPerBatch, or a loss that clips.",
    },
    clipFraction: {
      title: "Clipped tokens",
      help: "Share of the trained tokens whose importance ratio the loss clipped.",
      unit: "share",
      healthy: "steady",
    },
    vocabularyEntropy: {
      title: "Entropy of the vocabulary (nats)",
      help: "Mean entropy of the whole next-token distribution, which an entropy bonus rewards.",
      unit: "nats",
      healthy: "steady",
    },
    learningRate: {
      title: "Learning rate",
      help: "Learning rate of the step.",
      unit: "number",
      healthy: "context",
    },
    tokens: {
      title: "Tokens",
      help: "Tokens of the step: sampled, or trained on where nothing is sampled.",
      unit: "tokens",
      healthy: "context",
    },
  },
};
