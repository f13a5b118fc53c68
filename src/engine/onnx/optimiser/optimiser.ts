/** The optimiser step: gradients of all lanes summed, their norm, and AdamW, by all streams. */
import { SelftrainError } from "../../../errors.js";
import type { AdamParams } from "../../engine.js";
import type { Storage } from "../policy/placed.js";
import { type GradientSum, notFinite } from "../training/gradient.js";
import type { GradientLanes } from "../training/gradient-lanes.js";
import type { Programs } from "../training/passes.js";
import { type AdamState, adamState, adamStep } from "./adamw.js";
import { normOf, sumLanes } from "./gradient-norm.js";

/** Steps, and what is remembered from one to the next. */
export interface Optimising {
  /** In arrays, for the disk. */
  readonly state: AdamState;
  /**
   * Sums the gradient: its global norm. `streams` are the programs of each. Errors: `gradient-missing`, and `gradient-not-finite`, after
   * which there is no gradient.
   */
  norm(streams: readonly Programs[]): Promise<number>;
  /** A step by the gradient of that norm, which is used up. */
  step(adam: AdamParams, gradNorm: number, streams: readonly Programs[]): Promise<void>;
  /** Brings the state up to date. */
  toArrays(): void;
  /** Goes on with what was written to the state. */
  toTensors(): void;
}

export const gradientMissing = (): SelftrainError =>
  new SelftrainError({
    code: "gradient-missing",
    message: "optimStep was called without a forwardBackward before it",
    remedy: "call forwardBackward first",
  });

export class Optimiser implements Optimising {
  readonly state: AdamState;
  readonly #trained: Storage;
  readonly #gradient: GradientLanes;

  constructor(trained: Storage, gradient: GradientLanes) {
    this.state = adamState(trained.weights.length);
    this.#trained = trained;
    this.#gradient = gradient;
  }

  async norm(streams: readonly Programs[]): Promise<number> {
    const first = this.#first;
    const others = this.#gradient.used.slice(1).map(({ values }) => values);
    const norm = normOf(await sumLanes(streams, [first.values, ...others]), () => first.values);
    if (Number.isFinite(norm)) return norm;
    const refusal = notFinite(first.specs, first.values, this.state.step + 1);
    this.#gradient.clear();
    throw refusal;
  }

  async step(adam: AdamParams, gradNorm: number, streams: readonly Programs[]): Promise<void> {
    const { specs, weights } = this.#trained;
    const { mean, variance } = this.state;
    const arrays = { weights, grad: this.#first.values, mean, variance };
    await adamStep(streams, arrays, specs, { adam, step: ++this.state.step, gradNorm });
    this.#gradient.usedUp();
  }

  /** The lane that all are summed in. */
  get #first(): GradientSum {
    const [first] = this.#gradient.used;
    if (first) return first;
    throw gradientMissing();
  }

  toArrays(): void {}

  toTensors(): void {}
}
