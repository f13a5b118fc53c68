/**
 * The configurations that peers run in. All that a peer has are measured in one run, and the fastest is the peer that ours is compared
 * with: a lead over a configuration that nobody would choose says nothing. Ours computes in float32.
 */

/** By name: the precision of products, and whether the model is compiled. scripts/peers/configuration.py reads these. */
export const configurations = {
  fp32: { precision: "fp32", compiled: false },
  /** Products of float32 in bfloat16 where the processor has them: `torch.set_float32_matmul_precision("medium")`. */
  "fp32 medium": { precision: "medium", compiled: false },
  /** Autocast for training, bfloat16 weights for sampling. */
  bf16: { precision: "bf16", compiled: false },
  "fp32 compiled": { precision: "fp32", compiled: true },
  "bf16 compiled": { precision: "bf16", compiled: true },
};

export const everyConfiguration = Object.keys(configurations);

/** Without compilation: for what is a single product. */
export const eager = ["fp32", "fp32 medium", "bf16"];
