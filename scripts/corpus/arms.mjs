/**
 * The arms of the corpus: settings under which runs stay healthy, fall, or look as if they fell. What a run became is read off its accuracy, not
 * off its arm.
 */
const rate = (learningRate) => ({ adam: { learningRate } });

/** In every split. */
const common = {
  truth: { reward: "ground-truth", ...rate(1e-4) },
  "truth-gentle": { reward: "ground-truth", ...rate(3e-5) },
  teacher: { reward: "fixed-teacher", ...rate(5e-5) },
  "srt-gentle": rate(1e-5),
  "srt-many-votes": { samplesPerPrompt: 16, ...rate(2e-5) },
  "small-pool": { pool: 32, ...rate(2e-5) },
  srt: { steps: 100, ...rate(5e-5) },
  "srt-fast": rate(1e-4),
  "srt-faster": { steps: 40, ...rate(3e-4) },
  "too-hard": { hard: true, ...rate(1e-4) },
};

/** Of mechanisms that no detector is tuned on. */
const unseen = {
  format: { reward: "format", ...rate(1e-4) },
  random: { reward: "random", ...rate(1e-4) },
  certainty: { reward: "self-certainty", ...rate(5e-5) },
  soft: { reward: "soft", ...rate(1e-4) },
  "ema-teacher": { reward: "ema-teacher", ...rate(5e-5) },
  "few-votes": { samplesPerPrompt: 4, promptsPerStep: 32, ...rate(5e-5) },
  // A change of prompts that is none of the policy: agreement and answers jump.
  curriculum: { stages: true, reward: "fixed-teacher", ...rate(2e-5) },
};

/** Of no split before: a collapse that takes its time. */
const slow = { "srt-slow": { steps: 200, ...rate(3e-5) } };

export const ARMS = {
  tuning: common,
  "held-out": { ...common, ...unseen },
  "held-out-2": { ...common, ...unseen, ...slow },
};
