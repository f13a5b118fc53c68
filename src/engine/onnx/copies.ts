/** Named copies of what is trained, part of the state of training: a reference that moves, a teacher that is the mean of past policies. */
import { SelftrainError } from "../../errors.js";
import { type Allocate, copyInto } from "../../model/allocate.js";
import { withWeights } from "./policy/open-policy.js";
import type { Policy } from "./policy/policy.js";
import type { CopyState } from "./state.js";

interface Copy extends CopyState {
  readonly policy: Policy;
}

/** Names are parts of file names. */
const NAME = /^[a-z]+(-[a-z]+)*$/;

export class Copies {
  readonly #allocate: Allocate;
  readonly #copies = new Map<string, Copy>();
  /** Times that each was changed, those that are gone included. */
  readonly #generations = new Map<string, number>();

  constructor(allocate: Allocate) {
    this.#allocate = allocate;
  }

  get states(): ReadonlyMap<string, CopyState> {
    return this.#copies;
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
   * weights ← retain · weights + (1 − retain) · policy, computed in double precision and rounded to float32: what a step adds is
   * lost where it is less than half of the last place. Throws `copy-invalid`, and `copy-missing` where there is nothing to retain.
   */
  update(name: string, retain: number, policy: Policy, policyVersion: number): void {
    checkArguments(name, retain);
    const { weights } = policy.trained;
    if (retain === 0) {
      const known = this.#copies.get(name);
      known?.weights.set(weights);
      const copy = known?.weights ?? copyInto(this.#allocate, weights);
      this.#set(name, policy, { weights: copy, policyVersion });
      return;
    }
    const copy = this.get(name).weights;
    for (let i = 0; i < copy.length; i++)
      copy[i] = retain * (copy[i] as number) + (1 - retain) * (weights[i] as number);
    this.#set(name, policy, { weights: copy, policyVersion });
  }

  /** Those of a loaded state, in the place of all. */
  load(states: ReadonlyMap<string, CopyState>, policy: Policy): void {
    for (const name of this.#copies.keys()) this.#changed(name);
    this.#copies.clear();
    for (const [name, state] of states)
      this.#set(name, policy, { ...state, weights: copyInto(this.#allocate, state.weights) });
  }

  #set(name: string, policy: Policy, state: CopyState): void {
    this.#changed(name);
    this.#copies.set(name, { ...state, policy: withWeights(policy, state.weights) });
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
