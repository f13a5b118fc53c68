/** The optimiser step: gradients of all lanes summed, their norm, and AdamW, by all streams. */
import { SelftrainError } from "../../../errors.js";
import type { Allocate } from "../../../model/allocate.js";
import type { AdamParams } from "../../engine.js";
import type { Storage } from "../policy/policy.js";
import type { Done } from "../threads/claims.js";
import { together } from "../threads/together.js";
import type { GradientSum } from "../training/gradient.js";
import type { GradientLanes } from "../training/gradient-lanes.js";
import type { Programs } from "../training/passes.js";
import { type AdamState, type AdamTask, adamState, adamStep, adamTask } from "./adamw.js";
import { normOf, type SumTask, sumLanes, sumTask } from "./gradient-norm.js";

/** Another thread's part in an optimiser step. */
export interface OptimisingStream {
  /** `sumLanes` */
  sum(task: SumTask): Promise<readonly Done<number>[]>;
  /** `adamStep` */
  adam(task: AdamTask): Promise<readonly Done<void>[]>;
}

export class Optimiser {
  readonly state: AdamState;
  readonly #trained: Storage;
  readonly #gradient: GradientLanes;

  constructor(trained: Storage, gradient: GradientLanes, allocate: Allocate) {
    this.state = adamState(trained.weights.length, allocate);
    this.#trained = trained;
    this.#gradient = gradient;
  }

  /**
   * Sums the gradient: its global norm. `programs` are this thread's. Errors: `gradient-missing`, and `gradient-not-finite`, after
   * which there is no gradient.
   */
  async norm(programs: Programs, helping: readonly OptimisingStream[]): Promise<number> {
    const lanes = this.#gradient.used.map(({ values }) => values);
    const first = this.#first;
    const sum = sumTask(first.values.length);
    const squares = await together<number>([
      ...helping.map((stream) => () => stream.sum(sum)),
      () => sumLanes(programs, lanes, sum),
    ]);
    const norm = normOf(squares, first.values);
    if (Number.isFinite(norm)) return norm;
    const refusal = first.notFinite(this.state.step + 1);
    this.#gradient.clear();
    throw refusal;
  }

  /** A step by the gradient of that norm, which is used up. */
  async step(
    adam: AdamParams,
    gradNorm: number,
    programs: Programs,
    helping: readonly OptimisingStream[],
  ): Promise<void> {
    const { specs, weights } = this.#trained;
    const { mean, variance } = this.state;
    const arrays = { weights, grad: this.#first.values, mean, variance };
    const task = adamTask(adam, ++this.state.step, gradNorm);
    await together<void>([
      ...helping.map((stream) => () => stream.adam(task)),
      () => adamStep(programs, arrays, specs, task),
    ]);
    this.#gradient.usedUp();
  }

  /** The lane that all are summed in. */
  get #first(): GradientSum {
    const [first] = this.#gradient.used;
    if (first) return first;
    throw new SelftrainError({
      code: "gradient-missing",
      message: "optimStep was called without a forwardBackward before it",
      remedy: "call forwardBackward first",
    });
  }
}
