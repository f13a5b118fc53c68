/** Signals that need no label. */
import type { MetricSection } from "./metric.js";

export const signalMetrics: MetricSection = {
  title: "Signals without labels",
  written: "Lines of kind `step`: of everything that was sampled, before any refill.",
  metrics: {
    reward: {
      title: "Reward",
      help: "Mean reward of the trained rollouts: what training maximises, on the scale of the reward.",
      unit: "number",
      healthy: "up",
      reading: "It rises in a collapse as well: read it beside accuracy, or beside the signals below.",
    },
    agreement: {
      title: "Agreement",
      help: "Mean share of a prompt's rollouts that gave its majority answer.",
      unit: "share",
      healthy: "up",
      reading: "At 1 on every prompt nothing is left to learn from.",
    },
    topShare: {
      title: "Share of the commonest answer",
      help: "Largest share that one answer has of the answers to different prompts. High: the model says the same to all.",
      unit: "share",
      healthy: "steady",
      reading: "A rise is a sign of collapse.",
    },
    topAnswer: {
      title: "Commonest answer",
      help: "The answer itself, the first in code-unit order where several are as common.",
      unit: "text",
      healthy: "context",
      reading: "The same answer at step after step, with a rising share, is a collapse.",
    },
    distinctMajorityShare: {
      title: "Distinct majority answers",
      help: "Different majority answers of a step, as a share of its prompts that have one.",
      unit: "share",
      healthy: "steady",
      reading: "A fall is a sign of collapse.",
    },
    marginalAnswerEntropy: {
      title: "Answer entropy (nats)",
      help: "Entropy of all answers of a step, whatever their prompt.",
      unit: "nats",
      healthy: "steady",
      reading: "A fall is a sign of collapse: fewer different answers over all prompts.",
    },
    promptAnswerInformation: {
      title: "Information of the prompt (nats)",
      help: "Mutual information of prompt and answer. Low: answers no longer depend on the prompt.",
      unit: "nats",
      healthy: "up",
    },
    unanimousShare: {
      title: "Unanimous groups",
      help: "Share of prompts on which all rollouts agree; they give no gradient.",
      unit: "share",
      healthy: "up",
      reading: "Near 1 from the start: the prompts are too easy for this model.",
    },
    noAnswerShare: {
      title: "No answer",
      help: "Share of rollouts without a final answer.",
      unit: "share",
      healthy: "down",
      reading:
        "Near 1 at the start: the rules do not find the answers, or completions are cut off. Nothing is learned then.",
    },
    tieShare: {
      title: "Tied votes",
      help: "Share of prompts whose vote ended in a tie.",
      unit: "share",
      healthy: "down",
    },
    truncatedShare: {
      title: "Truncated",
      help: "Share of rollouts cut at the token limit.",
      unit: "share",
      healthy: "down",
      reading: "They have no answer by default. Raise maxNewTokens where it is high from the start.",
    },
    meanLength: {
      title: "Completion length (tokens)",
      help: "Mean tokens of a completion.",
      unit: "tokens",
      healthy: "steady",
      reading: "A steep fall may say that the model stopped reasoning.",
    },
    graderFailures: {
      title: "Grader failures",
      help: "Rollouts whose answer the grader could not read; they have no vote. Absent where there is none.",
      unit: "count",
      healthy: "down",
    },
    teacherAgreement: {
      title: "Agreement on the teacher's label",
      help: "Mean agreement of the votes that made the labels: the teacher's, or its and the policy's.",
      unit: "share",
      healthy: "up",
    },
    teacherDissent: {
      title: "Dissent of the teacher",
      help: "Share of the prompts whose label is another than the policy's own majority.",
      unit: "share",
      healthy: "steady",
      reading: "At 0 the teacher says what the policy says already; a rise says that the policy drifts away.",
    },
    score: {
      title: "Score",
      help: "Mean score that the reward model gave the rollouts.",
      unit: "number",
      healthy: "up",
    },
    stage: {
      title: "Stage",
      help: "Stage of the curriculum, counted from 1.",
      unit: "count",
      healthy: "context",
    },
  },
};
