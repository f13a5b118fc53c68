/** Named copies of what is trained, part of the state of training: a reference that moves, a teacher that is the mean of past policies. */
import { SelftrainError } from "../../errors.js";
import { withWeights } from "./policy/open-policy.js";
import type { Policy } from "./policy/policy.js";
import type { CopyState } from "./state.js";

interface Copy extends Omit<CopyState, "weights"> {
  readonly policy: Policy;
}

/** Names are parts of file names. */
const NAME = /^[a-z]+(-[a-z]+)*$/;

export class Copies {
  readonly #copies = new Map<string, Copy>();
  /** Times that each was changed, those that are gone included. */
  readonly #generations = new Map<string, number>();

  get states(): ReadonlyMap<string, CopyState> {
    return new Map(
      [...this.#copies].map(([name, { policy, policyVersion }]) => [
        name,
        { weights: policy.trained.weights, policyVersion },
      ]),
    );
  }

  generation(name: string): number {
    return this.#generations.get(name) ?? 0;
  }

  /** Throws `copy-missing`. */
  get(name: string): Copy {
    const copy = this.#copies.get(name);
    if (copy) return copy;
    throw new SelftrainError({
      code: "copy-missing",
      message: `no copy of the policy is called ${name}`,
      found: [...this.#copies.keys()].join(", ") || "no copy at all",
      remedy: `call updateCopy("${name}") first`,
    });
  }

  /**
   * weights ← retain · weights + (1 − retain) · policy, see `Placed.blend`. Throws `copy-invalid`, and `copy-missing` where there is
   * nothing to retain.
   */
  async update(name: string, retain: number, current: Policy, policyVersion: number): Promise<void> {
    checkArguments(name, retain);
    const known = retain === 0 ? this.#copies.get(name) : this.get(name);
    const policy = known?.policy ?? withWeights(current, current.trained.weights.slice());
    await policy.trained.blend(current.trained, retain);
    this.#changed(name);
    this.#copies.set(name, { policy, policyVersion });
  }

  /** Brings the states up to date. */
  toArrays(): void {
    for (const { policy } of this.#copies.values()) policy.trained.toArray();
  }

  /** Those of a loaded state, in the place of all. */
  load(states: ReadonlyMap<string, CopyState>, policy: Policy): void {
    for (const [name, copy] of this.#copies) {
      this.#changed(name);
      copy.policy.trained.release();
    }
    this.#copies.clear();
    for (const [name, { weights, policyVersion }] of states) {
      this.#changed(name);
      this.#copies.set(name, { policy: withWeights(policy, weights.slice()), policyVersion });
    }
  }

  #changed(name: string): void {
    this.#generations.set(name, this.generation(name) + 1);
  }
}

function checkArguments(name: string, retain: number): void {
  if (NAME.test(name) && retain >= 0 && retain <= 1) return;
  throw new SelftrainError({
    code: "copy-invalid",
    message: "the policy cannot be copied so",
    found: `name ${JSON.stringify(name)}, retain ${retain}`,
    expected: "a name of lower-case words joined by hyphens, and a factor from 0 to 1",
    remedy: "correct the arguments of updateCopy",
  });
}
