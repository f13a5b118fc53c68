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
      formula:
        "G = mean reward − accuracy = paid wrong − unpaid right; of the majority reward also the product of the next two",
    },
    wrongLabelShare: {
      title: "Wrong labels",
      help: "Share of the prompts whose label is not the true answer, no label counting: how often the proxy errs.",
      unit: "share",
      healthy: "down",
      formula: "P(m ≠ t), the first factor of the hacking gap",
    },
    wrongLabelLead: {
      title: "Lead of wrong labels",
      help: "On prompts with a wrong label, the share of its answer less that of the true one: by how much the proxy errs.",
      unit: "share",
      healthy: "down",
      reading:
        "A rise says that the policy comes to agree on wrong answers. Null where every label is right.",
      formula: "E[p̂_m − p̂_t | m ≠ t], the second factor of the hacking gap",
    },
    paidWrong: {
      title: "Paid wrongly",
      help: "Mean reward that went to wrong answers, over all rollouts.",
      unit: "share",
      healthy: "down",
      formula: "FP = E[p̂_m·1(m ≠ t)]; 1 − FP − FN is the reward accuracy",
    },
    unpaidRight: {
      title: "Right and unpaid",
      help: "Mean reward that right answers were not given, over all rollouts.",
      unit: "share",
      healthy: "down",
      reading: "A fall to 0 beside a rising pay of wrong ones says that the right answers are gone.",
      formula: "FN = E[p̂_t·1(m ≠ t)]",
    },
    proxyAlignment: {
      title: "Alignment of reward and truth",
      help: "Correlation of reward and truth among the rollouts of a prompt, from −1 to 1: the part of the reward that trains.",
      unit: "number",
      healthy: "up",
      reading: "Below 0 what is rewarded is, on the whole, what is wrong. Null where either does not vary.",
      formula:
        "ρ = Σ_g Cov_g(r̃, r*) / √(Σ_g Var_g r̃ · Σ_g Var_g r*), after Laidlaw et al. (arXiv 2403.03185)",
    },
    drift: {
      title: "Drift of accuracy",
      help: "Covariance of reward and truth within prompts: to first order, what a unit of natural-gradient step does to accuracy.",
      unit: "number",
      healthy: "up",
      reading: "Below 0 training makes these prompts worse now. Near 0 it does neither.",
      formula:
        "D = E_g[Cov_g(r̃, r*)], over n − 1. Of the majority reward each pair of rollouts is paid by the votes of the others, as a vote contains the samples that it pays",
    },
    falsePayToAttractor: {
      title: "Wrong pay to a spreading answer",
      help: "Share of the reward of wrong answers that went to answers which became commoner over prompts.",
      unit: "share",
      healthy: "down",
      reading:
        "Near 1 the policy is paid for saying the same to every prompt. The rest are errors of single prompts.",
      formula: "spreading: q(a) − q_ref(a) above two standard errors over prompts",
    },
    falsePayToContradiction: {
      title: "Wrong pay to a contradiction",
      help: "Share of the reward of wrong answers, other than spreading ones, that went to answers which are not what the rollout's own steps came to.",
      unit: "share",
      healthy: "down",
    },
    agreementEce: {
      title: "Calibration error of agreement",
      help: "How far the share of right majorities is from the agreement that they had, in ten bins.",
      unit: "share",
      healthy: "down",
      reading:
        "Of a few prompts it is above 0 by chance. A rise says that the policy became sure of what is wrong.",
      formula: "ECE = Σ_k n_k/N |right_k − agreement_k| (Guo et al. 2017)",
    },
    agreementBrier: {
      title: "Brier score of agreement",
      help: "Mean squared distance of agreement from 1 where the majority is right, and from 0 where it is wrong.",
      unit: "number",
      healthy: "down",
    },
    agreementResolution: {
      title: "Resolution of agreement",
      help: "How well agreement tells right majorities from wrong ones: the variance of the share right over ten bins of agreement.",
      unit: "number",
      healthy: "steady",
      reading: "Going to 0 while agreement goes to 1 it is hacking: sure, whether right or wrong.",
      formula: "Σ_k n_k/N (right_k − right)², of Murphy's split of the Brier score (1973)",
    },
    agreementAuroc: {
      title: "Ranking by agreement",
      help: "How often a right majority had more agreement than a wrong one, equal agreement counting half: 50% is chance.",
      unit: "share",
      healthy: "up",
      reading:
        "At a half agreement no longer says what is right. Null where all majorities are right, or all wrong.",
    },
  },
};
