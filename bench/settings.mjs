/** What is the same for every workload and both sides; peers receive it as JSON. */
export const settings = {
  threads: 2,
  seed: 1,
  /** Untimed repetitions of a peer before it answers. */
  warmup: 1,
  /** The least seconds of untimed repetitions of each side after that: Node compiles what it runs on the cores that it runs on. */
  warmSeconds: 4,
  adam: { learningRate: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, gradClipNorm: 1 },
  /** A chain of square products. */
  matmul: { size: 1024, products: 40 },
  /** Of the same size on a graphics device, which may be a thousand times as fast as another: so many seconds, and no more products. */
  matmulOnDevice: { seconds: 0.3, products: 400 },
  /** Far beyond any cache. */
  copy: { bytes: 256 * 2 ** 20 },
};
