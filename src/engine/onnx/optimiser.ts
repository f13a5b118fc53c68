/** The optimiser step: gradients of all lanes summed, their norm, and AdamW, by all streams. */
import { SelftrainError } from "../../errors.js";
import type { Allocate } from "../../model/allocate.js";
import type { AdamParams } from "../engine.js";
import { type AdamState, adamState, adamStep, adamTask } from "./adamw.js";
import type { GradientLanes } from "./gradient-lanes.js";
import { normOf, sumLanes, sumTask } from "./gradient-norm.js";
import { type OptimisingStream, together } from "./jobs.js";
import type { Programs } from "./passes.js";
import type { Storage } from "./policy.js";

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
   * The global norm of the gradient, which is used up. `programs` are this thread's. Errors: `gradient-missing`, and
   * `gradient-not-finite`, which leaves weights and moments as they were.
   */
  async step(adam: AdamParams, programs: Programs, helping: readonly OptimisingStream[]): Promise<number> {
    const lanes = this.#gradient.used.map(({ values }) => values);
    const [first] = this.#gradient.used;
    if (!first) {
      throw new SelftrainError({
        code: "gradient-missing",
        message: "optimStep was called without a forwardBackward before it",
        remedy: "call forwardBackward first",
      });
    }
    const { specs, weights } = this.#trained;
    const sum = sumTask(weights.length);
    const squares = await together<number>([
      ...helping.map((stream) => () => stream.sum(sum)),
      () => sumLanes(programs, lanes, sum),
    ]);
    const gradNorm = normOf(squares, first.values);
    if (!Number.isFinite(gradNorm)) {
      const refusal = first.notFinite(this.state.step + 1);
      this.#gradient.clear();
      throw refusal;
    }
    const { mean, variance } = this.state;
    const arrays = { weights, grad: first.values, mean, variance };
    const task = adamTask(adam, this.state.step + 1, gradNorm);
    await together<void>([
      ...helping.map((stream) => () => stream.adam(task)),
      () => adamStep(programs, arrays, specs, task),
    ]);
    this.state.step++;
    this.#gradient.cleared();
    return gradNorm;
  }
}
