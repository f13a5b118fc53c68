/** A study of models so small that its runs take a second: two arms, of which one starts from the other. */
const prompts = { task: "mental-sums", size: 16 };
const evaluation = { size: 6, samples: 3 };

export const tinyStudy = {
  id: "tiny",
  title: "Does anything happen?",
  claim: { text: "Something does.", source: "nobody" },
  minutes: 1,
  seeds: [3, 4],
  config: {
    pretrain: {
      prompts,
      evaluation,
      model: { hiddenSize: 16, layers: 1, heads: 2, feedForward: 16, contextLength: 32 },
      steps: 2,
      batchSize: 4,
    },
    train: { prompts, evaluation, steps: 3, promptsPerStep: 2, samplesPerPrompt: 2, maxNewTokens: 4 },
  },
  bases: { base: {} },
  arms: {
    first: { title: "first arm", config: { "adam.learningRate": 1e-4 } },
    second: { from: "first", config: { reward: "ground-truth", steps: 2 } },
  },
  measures: {
    change: { title: "change", arm: "first", metric: "eval.mean", less: { at: "start" } },
    apart: { title: "apart", arm: "second", metric: "eval.mean", less: { arm: "first" } },
    onset: { title: "onset", arm: "first", metric: "audit.onsetOrEnd" },
    agreement: { title: "agreement", arm: "first", metric: "step.agreement" },
  },
  predictions: [
    { says: "It stays within reason.", rules: [{ measure: "change", within: [-2, 2] }] },
    { says: "The second arm gains a point that nobody could.", rules: [{ measure: "apart", above: 2 }] },
  ],
  plots: [{ metric: "eval.mean" }, { metric: "step.agreement" }],
  smoke: { seeds: [3], config: { train: { steps: 1 } }, arms: { second: { steps: 1 } } },
};
