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
  mean: { title: "mean accuracy", help: "Share of single samples that are right.", unit: "share" },
  maj: {
    title: "majority accuracy",
    help: "Share of prompts whose majority answer is right.",
    unit: "share",
  },
  pass: { title: "pass rate", help: "Share of prompts with at least one right sample.", unit: "share" },
  greedy: { title: "greedy accuracy", help: "Share of prompts that greedy decoding solves.", unit: "share" },
  reward: { title: "reward", help: "Mean reward of the rollouts: what training maximises.", unit: "share" },
  agreement: {
    title: "agreement",
    help: "Mean share of a prompt's rollouts that gave its majority answer.",
    unit: "share",
  },
  accuracy: {
    title: "true accuracy",
    help: "Share of the rollouts that are right; measured with labels that training never sees.",
    unit: "share",
  },
  labelAccuracy: {
    title: "label accuracy",
    help: "Share of the majority labels that are the true answer.",
    unit: "share",
  },
  rewardAccuracy: {
    title: "reward accuracy",
    help: "Share of rollouts paid as the true answer would have.",
    unit: "share",
  },
  hackingGap: {
    title: "hacking gap",
    help: "Reward minus true accuracy: what the proxy overpays.",
    unit: "share",
  },
  topShare: {
    title: "share of the commonest answer",
    help: "Largest share that one answer has of the answers to different prompts. High: the model says the same to all.",
    unit: "share",
  },
  distinctMajorities: {
    title: "distinct majority answers",
    help: "Number of different majority answers over the prompts of a step.",
    unit: "count",
  },
  answerEntropy: {
    title: "answer entropy",
    help: "Entropy of the answers to a prompt, averaged over prompts.",
    unit: "number",
  },
  unanimousShare: {
    title: "unanimous groups",
    help: "Share of prompts on which all rollouts agree; they give no gradient.",
    unit: "share",
  },
  noAnswerShare: { title: "no answer", help: "Share of rollouts without a final answer.", unit: "share" },
  tieShare: { title: "tied votes", help: "Share of prompts whose vote ended in a tie.", unit: "share" },
  truncatedShare: { title: "truncated", help: "Share of rollouts cut at the token limit.", unit: "share" },
  meanLength: { title: "completion length (tokens)", help: "Mean tokens of a completion.", unit: "tokens" },
  entropy: {
    title: "token entropy (nats)",
    help: "Mean −log p of the sampled tokens: how undecided the policy is.",
    unit: "nats",
  },
  kl: {
    title: "KL to the start (nats)",
    help: "Divergence from the starting policy, per token.",
    unit: "nats",
  },
  gradNorm: { title: "gradient norm", help: "Global norm of the gradient before clipping.", unit: "number" },
  loss: { title: "loss", help: "Loss of the step.", unit: "number" },
  skippedGroups: {
    title: "skipped groups",
    help: "Groups whose advantages are all zero, left out of the update.",
    unit: "count",
  },
  tokens: { title: "tokens", help: "Tokens of the step.", unit: "tokens" },
};

/** Known metrics as catalogued, others under their own name. */
export function metricInfo(name: string): MetricInfo {
  return Object.hasOwn(METRIC_INFO, name) ? METRIC_INFO[name]! : { title: name, help: "", unit: "number" };
}
