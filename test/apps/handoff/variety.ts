/** Configurations of tiny runs for hand-offs. */
import type { TrainConfigInput } from "../../../src/config/train-config.js";

/** Configurations that between them use every key that a hand-off takes. */
export const variety: readonly Partial<TrainConfigInput>[] = [
  {},
  {
    advantage: "grpo",
    loss: "ppo-clip",
    clipLow: 0.1,
    clipHigh: 0.3,
    dualClip: 3,
    klCoefficient: 0.01,
    klIn: "loss",
    klCorrection: true,
  },
  {
    advantage: "dr-grpo",
    aggregation: "constant-length",
    updatesPerBatch: 2,
    miniBatches: 2,
    warmupSteps: 2,
    decay: "linear",
  },
  {
    advantage: "mean-centred",
    aggregation: "sequence-mean",
    loss: "gspo",
    decay: "cosine",
    klCoefficient: 0.1,
    klEstimator: "k1",
    klReference: "moving",
    klReferenceEvery: 2,
    klIn: "reward",
  },
  {
    advantage: "reinforce++",
    loss: "cispo",
    entropyBonus: 0.001,
    lora: { rank: 4, targets: ["q_proj", "v_proj"] },
    adam: { gradClipNorm: 0, eps: 1e-6 },
  },
  {
    advantage: "reinforce++-baseline",
    loss: "cispo",
    clipLow: 0.5,
    aggregation: "sequence-mean",
    lora: {},
    reward: "soft",
    agreementThreshold: 0.3,
  },
  {
    advantage: "batch-normalised",
    rejection: { zeroSignal: true, refillRounds: 2 },
    votesPerPrompt: 8,
    evaluation: { size: 0 },
  },
  { rejection: { minAgreement: 0.5, onShortBatch: "train" }, easyFraction: 0.5, probe: {}, monitors: {} },
];
