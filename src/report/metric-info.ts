/** What each metric means and how it is drawn. Definitions follow section "bias of the proxy" of the SRT analysis. */

/** `share` is drawn as a percentage; the others as plain numbers with their unit in the title. */
export type Unit = "share" | "nats" | "bits" | "tokens" | "count" | "number";

export interface MetricInfo {
  readonly title: string;
  /** One sentence for the reader who meets the metric here. */
  readonly help: string;
  readonly unit: Unit;
}

export const METRIC_INFO: Readonly<Record<string, MetricInfo>> = {
  mean: { title: "Mean accuracy", help: "Share of single samples that are right.", unit: "share" },
  maj: {
    title: "Majority accuracy",
    help: "Share of prompts whose majority answer is right.",
    unit: "share",
  },
  pass: { title: "Pass rate", help: "Share of prompts with at least one right sample.", unit: "share" },
  greedy: { title: "Greedy accuracy", help: "Share of prompts that greedy decoding solves.", unit: "share" },
  reward: { title: "Reward", help: "Mean reward of the rollouts: what training maximises.", unit: "share" },
  agreement: {
    title: "Agreement",
    help: "Mean share of a prompt's rollouts that gave its majority answer.",
    unit: "share",
  },
  accuracy: {
    title: "True accuracy",
    help: "Share of the rollouts that are right; measured with labels that training never sees.",
    unit: "share",
  },
  labelAccuracy: {
    title: "Label accuracy",
    help: "Share of the majority labels that are the true answer.",
    unit: "share",
  },
  rewardAccuracy: {
    title: "Reward accuracy",
    help: "Share of rollouts paid as the true answer would have.",
    unit: "share",
  },
  hackingGap: {
    title: "Hacking gap",
    help: "Reward minus true accuracy: what the proxy overpays.",
    unit: "share",
  },
  topShare: {
    title: "Share of the commonest answer",
    help: "Largest share that one answer has of the answers to different prompts. High: the model says the same to all.",
    unit: "share",
  },
  distinctMajorities: {
    title: "Distinct majority answers",
    help: "Number of different majority answers over the prompts of a step.",
    unit: "count",
  },
  answerEntropy: {
    title: "Answer entropy",
    help: "Entropy of the answers to a prompt, averaged over prompts.",
    unit: "number",
  },
  unanimousShare: {
    title: "Unanimous groups",
    help: "Share of prompts on which all rollouts agree; they give no gradient.",
    unit: "share",
  },
  noAnswerShare: { title: "No answer", help: "Share of rollouts without a final answer.", unit: "share" },
  tieShare: { title: "Tied votes", help: "Share of prompts whose vote ended in a tie.", unit: "share" },
  truncatedShare: { title: "Truncated", help: "Share of rollouts cut at the token limit.", unit: "share" },
  meanLength: { title: "Completion length (tokens)", help: "Mean tokens of a completion.", unit: "tokens" },
  entropy: {
    title: "Token entropy (nats)",
    help: "Mean −log p of the sampled tokens: how undecided the policy is.",
    unit: "nats",
  },
  kl: {
    title: "KL to the start (nats)",
    help: "Divergence from the starting policy, per token.",
    unit: "nats",
  },
  gradNorm: { title: "Gradient norm", help: "Global norm of the gradient before clipping.", unit: "number" },
  loss: { title: "Loss", help: "Loss of the step.", unit: "number" },
  skippedGroups: {
    title: "Skipped groups",
    help: "Groups whose advantages are all zero, left out of the update.",
    unit: "count",
  },
  tokens: { title: "Tokens", help: "Tokens of the step.", unit: "tokens" },
};

/** Known metrics as catalogued, others under their own name. */
export function metricInfo(name: string): MetricInfo {
  return Object.hasOwn(METRIC_INFO, name) ? METRIC_INFO[name]! : { title: name, help: "", unit: "number" };
}
