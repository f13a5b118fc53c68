/** What an engine keeps of the gradient between micro-batches and the optimiser's step. */
import type { Sum } from "./gradient.js";

export interface Gradients {
  /** So many sums to add gradients to. */
  take(count: number): readonly Sum[];
  /** Forgets the gradient. */
  clear(): void;
}
