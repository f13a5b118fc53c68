/**
 * What is measured, defined once for both sides: peers receive this object as JSON, and load the model that our
 * engine exports, so that architecture and weights are the same.
 */
export const workload = {
  threads: 2,
  seed: 1,
  /** Untimed repetitions of each workload on each side. */
  warmup: 1,
  /** 4.2M parameters. */
  model: {
    hiddenSize: 256,
    feedForward: 1024,
    layers: 4,
    heads: 4,
    kvHeads: 4,
    headDim: 64,
    vocabSize: 64,
    contextLength: 256,
    normEpsilon: 1e-6,
    ropeTheta: 10_000,
    tiedHead: false,
    eosTokens: [1],
    padToken: 0,
  },
  adam: { learningRate: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, gradClipNorm: 1 },
  /** `length` positions of each sequence go through the model, and as many next tokens are predicted. */
  train: { sequences: 64, length: 64 },
  /** Different prompts of one length; nothing ends a completion early. */
  sample: { sequences: 256, promptLength: 8, newTokens: 64 },
  /**
   * One RLOO update on prompts × samples completions. TRL's micro-batch is the fastest of 32, 64 and 256 sequences
   * in processor time; the update is the same.
   */
  step: { prompts: 16, samples: 16, promptLength: 8, newTokens: 64, peerMicroBatch: 64 },
  /** A chain of square products. */
  matmul: { size: 1024, products: 20 },
};

/** Work done by one repetition, in tokens. */
export const tokensPerRun = {
  train: workload.train.sequences * workload.train.length,
  sample: workload.sample.sequences * workload.sample.newTokens,
};
