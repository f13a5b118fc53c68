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
  reward: {
    title: "Reward",
    help: "Mean reward of the trained rollouts: what training maximises, on the scale of the reward.",
    unit: "number",
  },
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
    help: "Share of the rewarded labels that are the true answer; absent where something else than one answer is rewarded.",
    unit: "share",
  },
  majorityAccuracy: {
    title: "Majority accuracy in training",
    help: "Share of the prompts of a step whose majority is the true answer, whatever was rewarded.",
    unit: "share",
  },
  rewardAccuracy: {
    title: "Reward accuracy",
    help: "Share of rollouts paid as the true answer would have.",
    unit: "share",
  },
  rewardPrecision: {
    title: "Reward precision",
    help: "Share of the paid rollouts that are right.",
    unit: "share",
  },
  rewardRecall: {
    title: "Reward recall",
    help: "Share of the right rollouts that were paid.",
    unit: "share",
  },
  rewardRanking: {
    title: "Reward ranking",
    help: "How often a right rollout is paid more than a wrong one to the same prompt, equal pay counting half: 50% is chance.",
    unit: "share",
  },
  teacherAgreement: {
    title: "Agreement on the teacher's label",
    help: "Mean agreement of the votes that made the labels: the teacher's, or its and the policy's.",
    unit: "share",
  },
  teacherDissent: {
    title: "Dissent of the teacher",
    help: "Share of the prompts whose label is another than the policy's own majority.",
    unit: "share",
  },
  labelledShare: {
    title: "Labelled prompts",
    help: "Share of the prompts whose true answer is known, for these metrics only.",
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
  distinctMajorityShare: {
    title: "Distinct majority answers",
    help: "Different majority answers of a step, as a share of its prompts that have one.",
    unit: "share",
  },
  marginalAnswerEntropy: {
    title: "Answer entropy (nats)",
    help: "Entropy of all answers of a step, whatever their prompt.",
    unit: "nats",
  },
  promptAnswerInformation: {
    title: "Information of the prompt (nats)",
    help: "Mutual information of prompt and answer. Low: answers no longer depend on the prompt.",
    unit: "nats",
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
    title: "KL to the reference (nats)",
    help: "Divergence from the reference, by default the starting policy, per token.",
    unit: "nats",
  },
  gradNorm: { title: "Gradient norm", help: "Global norm of the gradient before clipping.", unit: "number" },
  loss: {
    title: "Loss",
    help: "Of self-training it is near 0 at every step on policy, whatever is learned: progress is agreement, and accuracy where there are labels. Of pretraining and fine-tuning it falls as the completions are learned.",
    unit: "number",
  },
  skippedGroups: {
    title: "Skipped groups",
    help: "Groups whose advantages are all zero, left out of the update.",
    unit: "count",
  },
  trainedRollouts: {
    title: "Trained rollouts",
    help: "Rollouts of the groups that were not skipped.",
    unit: "count",
  },
  importanceRatio: {
    title: "Importance ratio",
    help: "Mean probability of the trained tokens over that at sampling: 1 on policy.",
    unit: "number",
  },
  clipFraction: {
    title: "Clipped tokens",
    help: "Share of the trained tokens whose importance ratio the loss clipped.",
    unit: "share",
  },
  vocabularyEntropy: {
    title: "Entropy of the vocabulary (nats)",
    help: "Mean entropy of the whole next-token distribution, which an entropy bonus rewards.",
    unit: "nats",
  },
  round: { title: "Round", help: "Round that the step belongs to.", unit: "count" },
  prompts: { title: "Prompts of the round", help: "Prompts that were voted on.", unit: "count" },
  keptPrompts: {
    title: "Kept prompts",
    help: "Prompts of the round that something is learned from.",
    unit: "count",
  },
  droppedNoLabel: {
    title: "Dropped: no majority",
    help: "Prompts of the round whose vote was tied, or that nobody answered.",
    unit: "count",
  },
  droppedLowAgreement: {
    title: "Dropped: low agreement",
    help: "Prompts of the round whose majority is below the agreement threshold.",
    unit: "count",
  },
  droppedNoRejected: {
    title: "Dropped: nothing rejected",
    help: "Prompts of the round with nothing to put against the majority: all completions agree.",
    unit: "count",
  },
  droppedTooLong: {
    title: "Dropped: too long",
    help: "Prompts of the round whose majority completions do not fit the context.",
    unit: "count",
  },
  completions: {
    title: "Completions",
    help: "Completions of the round that are imitated.",
    unit: "count",
  },
  pairs: { title: "Pairs", help: "Preference pairs of the round.", unit: "count" },
  pairWeight: {
    title: "Pair weight",
    help: "Mean weight of a pair: its vote margin for ScPO, else 1.",
    unit: "number",
  },
  chosenAccuracy: {
    title: "Chosen accuracy",
    help: "Share of the chosen completions that are right; measured with labels that training never sees.",
    unit: "share",
  },
  rejectedAccuracy: {
    title: "Rejected accuracy",
    help: "Share of the rejected completions that are right; measured with labels that training never sees.",
    unit: "share",
  },
  chosenLogprob: {
    title: "Chosen logprob (nats)",
    help: "Mean log-probability of a chosen completion before the step.",
    unit: "nats",
  },
  rejectedLogprob: {
    title: "Rejected logprob (nats)",
    help: "Mean log-probability of a rejected completion before the step.",
    unit: "nats",
  },
  rewardMargin: {
    title: "Reward margin",
    help: "Mean β times the gain of the chosen over the rejected completion since the round began.",
    unit: "number",
  },
  preferenceAccuracy: {
    title: "Preference accuracy",
    help: "Share of the pairs whose chosen completion gained more than the rejected one since the round began.",
    unit: "share",
  },
  refillRounds: {
    title: "Refill rounds",
    help: "Rounds of further prompts that were sampled in the place of rejected ones.",
    unit: "count",
  },
  sampledGroups: {
    title: "Sampled groups",
    help: "Groups that were sampled for the step, rejected ones included; most metrics are of all of them.",
    unit: "count",
  },
  rejectedGroups: {
    title: "Rejected groups",
    help: "Sampled groups that were not trained on, for whatever reason.",
    unit: "count",
  },
  rejectedUnparsed: {
    title: "Rejected: no answers",
    help: "Groups of which fewer than two rollouts have an answer (rejection.dropUnparsed).",
    unit: "count",
  },
  rejectedAgreement: {
    title: "Rejected: agreement",
    help: "Groups whose largest class holds too few votes (rejection.minAgreement).",
    unit: "count",
  },
  rejectedNoLabel: {
    title: "Rejected: no label",
    help: "Groups that give no reward, because the vote has no label (rejection.zeroSignal).",
    unit: "count",
  },
  rejectedZeroSignal: {
    title: "Rejected: no signal",
    help: "Groups whose rewards are all equal (rejection.zeroSignal).",
    unit: "count",
  },
  rejectedRewardBand: {
    title: "Rejected: reward band",
    help: "Groups whose mean reward lies outside the band (rejection.rewardBand).",
    unit: "count",
  },
  rejectedKeepFraction: {
    title: "Rejected: not among the best",
    help: "Groups that passed every test, while others were better (rejection.keepFraction).",
    unit: "count",
  },
  surplusGroups: {
    title: "Surplus groups",
    help: "Groups that passed when the batch was full already.",
    unit: "count",
  },
  droppedRollouts: {
    title: "Dropped rollouts",
    help: "Rollouts without an answer in the groups that were trained on (rejection.dropUnparsed).",
    unit: "count",
  },
  trainedReward: {
    title: "Reward of the trained groups",
    help: "Mean reward of what was trained on; Reward is that of everything sampled.",
    unit: "share",
  },
  trainedAgreement: {
    title: "Agreement of the trained groups",
    help: "Mean agreement of the groups that were trained on.",
    unit: "share",
  },
  trainedLabelAccuracy: {
    title: "Label accuracy of the trained groups",
    help: "Share of the labels trained on that are the true answer; higher than Label accuracy where the filter helps.",
    unit: "share",
  },
  stage: { title: "Stage", help: "Stage of the curriculum, counted from 1.", unit: "count" },
  bestOfN: {
    title: "Best of n",
    help: "Share of prompts whose sample with the highest reward-model score is right.",
    unit: "share",
  },
  weightedMaj: {
    title: "Weighted majority",
    help: "Share of prompts that the vote weighed by a reward model solves.",
    unit: "share",
  },
  score: { title: "Score", help: "Mean score that the reward model gave the rollouts.", unit: "number" },
  voteAccuracy: {
    title: "Accuracy by votes",
    help: "Share of solutions where the reward model says rightly whether they agree with the majority.",
    unit: "share",
  },
  votePairwiseAccuracy: {
    title: "Pairs by votes",
    help: "Share of pairs of solutions to a prompt in which the one that agrees with the majority scores higher.",
    unit: "share",
  },
  voteAuc: {
    title: "AUC by votes",
    help: "Probability that a solution that agrees with its majority scores above one that does not.",
    unit: "share",
  },
  voteEce: {
    title: "Calibration error by votes",
    help: "Mean gap between the probability that the reward model says and the share that agrees.",
    unit: "share",
  },
  voteRightShare: {
    title: "Agreeing solutions",
    help: "Share of the solutions that agree with their majority.",
    unit: "share",
  },
  trueAccuracy: {
    title: "Accuracy by true answers",
    help: "Share of solutions where the reward model says rightly whether they are right; labels that training never sees.",
    unit: "share",
  },
  truePairwiseAccuracy: {
    title: "Pairs by true answers",
    help: "Share of pairs of solutions to a prompt in which the right one scores higher.",
    unit: "share",
  },
  trueAuc: {
    title: "AUC by true answers",
    help: "Probability that a right solution scores above a wrong one.",
    unit: "share",
  },
  trueEce: {
    title: "Calibration error by true answers",
    help: "Mean gap between the probability that the reward model says and the share that is right.",
    unit: "share",
  },
  trueRightShare: { title: "Right solutions", help: "Share of the solutions that are right.", unit: "share" },
  meanScore: { title: "Mean score", help: "Mean score of the step's solutions.", unit: "number" },
  meanProbability: {
    title: "Mean probability",
    help: "Mean σ(score) of the measured solutions.",
    unit: "share",
  },
  solutions: { title: "Solutions", help: "Solutions that were scored.", unit: "count" },
  learningRate: { title: "Learning rate", help: "Learning rate of the step.", unit: "number" },
  tokens: { title: "Tokens", help: "Tokens of the step.", unit: "tokens" },
};

/** Known metrics as catalogued, others under their own name. */
export function metricInfo(name: string): MetricInfo {
  return Object.hasOwn(METRIC_INFO, name) ? METRIC_INFO[name]! : { title: name, help: "", unit: "number" };
}
