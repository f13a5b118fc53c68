/** What a program is fed and what it gives, checked against the tensors of a run before any of them is handed over. */
import { type Dim, type DType, elements, type Graph, type Shape } from "../../../graph/graph.js";
import type { AnyTensor, Tensors } from "./tensor.js";

/** An input or output. */
export interface Parameter {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export class Signature {
  readonly inputs: readonly Parameter[];
  readonly outputs: readonly Parameter[];
  readonly #program: string;
  /** By place, whether all sizes of an input are known beforehand: what has fitted once fits again. */
  readonly #fixed: readonly boolean[];
  /** Sizes of the named dimensions in the run that was fed last. */
  #sizes: Record<string, number> = {};

  constructor({ name, inputs, outputs }: Graph) {
    this.#program = name;
    this.inputs = inputs;
    this.#fixed = inputs.map(({ shape }) => shape.every((dim) => typeof dim === "number"));
    this.outputs = outputs.map(({ name, value: { dtype, shape } }) => ({ name, dtype, shape }));
  }

  /** Takes the sizes of a run from what it is fed; `known` have fitted before. Throws where an input is missing or does not fit. */
  fed(feeds: Tensors, known: readonly (AnyTensor | undefined)[]): void {
    const sizes: Record<string, number> = {};
    this.#sizes = sizes;
    this.inputs.forEach((input, i) => {
      const fed = feeds[input.name];
      if (!fed) throw new Error(`program ${this.#program} was not fed ${input.name}`);
      if (this.#fixed[i] && fed === known[i]) return;
      input.shape.forEach((dim, axis) => {
        if (typeof dim === "string" && !dim.includes("*")) sizes[dim] ??= fed.dims[axis] ?? 0;
      });
      this.check(input, fed);
    });
  }

  /** The dimensions of an input or output of the run that was fed last. Throws where its inputs do not tell them. */
  dimsOf({ shape }: Parameter): number[] {
    return shape.map((dim) => this.#size(dim));
  }

  /** Throws where a tensor is of another type or shape. */
  check(parameter: Parameter, { dtype, dims }: AnyTensor): void {
    let fits = dtype === parameter.dtype && dims.length === parameter.shape.length;
    for (let axis = 0; fits && axis < dims.length; axis++)
      fits = dims[axis] === this.#size(parameter.shape[axis] as Dim);
    if (fits) return;
    const expected = `${parameter.dtype} [${this.dimsOf(parameter)}]`;
    throw new Error(
      `program ${this.#program}: ${parameter.name} is ${dtype} [${dims}], expected ${expected}, of sizes ${JSON.stringify(this.#sizes)}`,
    );
  }

  #size(dim: Dim): number {
    return typeof dim === "number" ? dim : (this.#sizes[dim] ?? elements([dim], this.#sizes));
  }
}
