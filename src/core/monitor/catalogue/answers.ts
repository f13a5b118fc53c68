/** Figures of the answers of a step that need no label: what agreement is about, and what changed. */
import type { MetricSection } from "./metric.js";

const REFERENCE = "reference: the first 3 steps of the same stage, pooled";

export const answerMetrics: MetricSection = {
  title: "What agreement is about",
  written:
    "Lines of kind `step`, of the first batch, before any refill. Shares and shifts are held against the first three steps of the stage; at these steps they are null, and absent where the rollouts of one are lost.",
  metrics: {
    promptFreeAgreement: {
      title: "Agreement that needs no prompt",
      help: "How alike the answers to different prompts are, over how alike those to the same prompt are.",
      unit: "share",
      healthy: "down",
      reading:
        "A rise above its lowest value is a sign of collapse, where agreement rises in good runs too. At 1 answers ignore the prompt; by chance it may be above. High from the start: the model cannot do these prompts yet.",
      formula:
        "φ = B/W; null where W is 0. Simulated with 0, 20, 40, 70, 90 and 100% of the prompts captured by one answer: 0.01, 0.03, 0.17, 0.56, 0.84, 1",
    },
    withinPromptAgreement: {
      title: "Agreement within a prompt",
      help: "Probability that two rollouts of the same prompt give the same answer.",
      unit: "share",
      healthy: "up",
      formula: "W = mean over prompts of Σ_a c_a(c_a − 1) / n(n − 1), unbiased",
    },
    crossPromptAgreement: {
      title: "Agreement across prompts",
      help: "Probability that two rollouts of different prompts give the same answer.",
      unit: "share",
      healthy: "steady",
      reading: "A rise is a sign of collapse, whichever answers it is.",
      formula: "B = (Σ_a C_a² − Σ_g Σ_a c_ga²) / (N² − Σ_g n_g²), C_a = Σ_g c_ga, unbiased",
    },
    excessShare: {
      title: "Excess share of an answer",
      help: "Largest rise of one answer's share of all rollouts over its own share in the reference.",
      unit: "share",
      healthy: "steady",
      reading:
        "A rise is a sign of collapse. An answer that was common from the start, as 1 is of coprime numbers, raises nothing.",
      formula: `max_a q(a) − q_ref(a); ${REFERENCE}`,
    },
    excessAnswer: {
      title: "Answer in excess",
      help: "The answer whose share rose most, the first in code-unit order of several.",
      unit: "text",
      healthy: "context",
      reading: "The same answer at step after step, with a rising excess, is what the policy collapses to.",
    },
    answerShift: {
      title: "Shift of the answers (nats)",
      help: "Jensen–Shannon divergence of all answers of a step from those of the reference, at most 0.69.",
      unit: "nats",
      healthy: "steady",
      reading:
        "It is above 0 from the start, as every step has other prompts. A rise above that shows several answers that spread at once.",
      formula: `JSD(q‖q_ref) of the rollouts that answered; ${REFERENCE}`,
    },
    effectiveAnswersRatio: {
      title: "Variety of the answers",
      help: "How many equally common answers would be as varied, over the same of the reference: 1 is as varied as at first.",
      unit: "number",
      healthy: "steady",
      reading: "A fall is a sign of collapse: few answers are left over all prompts.",
      formula: `e^H(q) over e^(mean H of the reference steps); ${REFERENCE}`,
    },
    disconnectedShare: {
      title: "Answers apart from their steps",
      help: "Share of the rollouts whose answer is not the last result of their own steps, where the task's format shows one.",
      unit: "share",
      healthy: "steady",
      reading: "A rise says that answers no longer depend on the reasoning.",
    },
  },
};
