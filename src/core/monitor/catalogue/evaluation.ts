/** Metrics of held-out prompts. */
import type { MetricSection } from "./metric.js";

export const evaluationMetrics: MetricSection = {
  title: "Evaluation",
  written:
    "Lines of kind `eval`, on held-out prompts, and `validation`, on the labelled prompts of the validation. `agreement`, `topShare` and `topAnswer` are there as well.",
  metrics: {
    mean: {
      title: "Mean accuracy",
      help: "Share of single samples that are right.",
      unit: "share",
      healthy: "up",
      reading: "The paper's avg@k. It rises towards maj@k as the samples of a prompt come to agree.",
    },
    maj: {
      title: "Majority accuracy",
      help: "Share of prompts whose majority answer is right.",
      unit: "share",
      healthy: "up",
      reading:
        "A fall while agreement rises is reward hacking: the model agrees with itself on wrong answers.",
    },
    pass: {
      title: "Pass rate",
      help: "Share of prompts with at least one right sample.",
      unit: "share",
      healthy: "up",
      reading: "A fall while mean accuracy rises says that samples became less varied.",
    },
    greedy: {
      title: "Greedy accuracy",
      help: "Share of prompts that greedy decoding solves.",
      unit: "share",
      healthy: "up",
    },
    bestOfN: {
      title: "Best of n",
      help: "Share of prompts whose sample with the highest reward-model score is right.",
      unit: "share",
      healthy: "up",
      reading: "Below majority accuracy the reward model chooses worse than a vote.",
    },
    weightedMaj: {
      title: "Weighted majority",
      help: "Share of prompts that the vote weighed by a reward model solves.",
      unit: "share",
      healthy: "up",
    },
    prompts: {
      title: "Prompts",
      help: "Prompts that the line is about: held out in an evaluation, voted on in a round of offline training.",
      unit: "count",
      healthy: "context",
    },
    samples: {
      title: "Samples a prompt",
      help: "The k of mean@k, maj@k and pass@k.",
      unit: "count",
      healthy: "context",
    },
    meanByPrompt: {
      title: "Mean accuracy by prompt",
      help: "Share of the samples that are right, of each prompt with a true answer, in the order of the prompts.",
      unit: "text",
      healthy: "context",
    },
    majByPrompt: {
      title: "Majority accuracy by prompt",
      help: "1 where the majority answer is right, 1/m where it is one of m tied answers, else 0; of each prompt.",
      unit: "text",
      healthy: "context",
    },
    greedyByPrompt: {
      title: "Greedy accuracy by prompt",
      help: "1 where greedy decoding is right, else 0; of each prompt.",
      unit: "text",
      healthy: "context",
    },
    agreementByPrompt: {
      title: "Agreement by prompt",
      help: "Share of the samples in the largest class, of each prompt.",
      unit: "text",
      healthy: "context",
    },
    restoredStep: {
      title: "Restored step",
      help: "Step whose policy was measured, where a monitor went back to one.",
      unit: "count",
      healthy: "context",
    },
  },
};
