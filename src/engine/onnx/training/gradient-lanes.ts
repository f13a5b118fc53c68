/** The gradient since the last optimiser step, as several sums that streams work on side by side. */
import type { Policy } from "../policy/policy.js";
import { GradientSum } from "./gradient.js";
import type { Gradients } from "./gradients.js";

export class GradientLanes implements Gradients {
  readonly #policy: Policy;
  /** Zeros but for those in use. */
  readonly #lanes: GradientSum[] = [];
  /** Lanes that gradients were added to. */
  #used = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** So many lanes to add gradients to. */
  take(count: number): readonly GradientSum[] {
    const { specs, weights } = this.#policy.trained;
    const { layers } = this.#policy.config;
    while (this.#lanes.length < count)
      this.#lanes.push(new GradientSum(specs, layers, new Float32Array(weights.length)));
    this.#used = Math.max(this.#used, count);
    return this.#lanes.slice(0, count);
  }

  /** Lanes that gradients were added to. */
  get used(): readonly GradientSum[] {
    return this.#lanes.slice(0, this.#used);
  }

  /** Forgets the gradient. */
  clear(): void {
    for (const { values } of this.used) values.fill(0);
    this.#used = 0;
  }

  /** After a step that has left zeros in all lanes. */
  usedUp(): void {
    this.#used = 0;
  }
}
