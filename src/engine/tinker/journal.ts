/**
 * What was done to a model since it was last saved. A server that forgets the model, or lost an answer that it would not repeat, is given the
 * saved weights and the same operations again: a step is then done once in what the run goes on from, however often it was sent.
 */
import type { LossSpec } from "../../core/loss/loss.js";
import type { AdamParams, Datum } from "../engine.js";

export type Entry =
  | { readonly kind: "gradient"; readonly data: readonly Datum[]; readonly loss: LossSpec }
  | { readonly kind: "step"; readonly adam: AdamParams };

export class Journal {
  /** Where the server keeps the weights that the entries begin from; null of the model as it was made. */
  #path: string | null;
  #entries: Entry[] = [];

  constructor(path: string | null = null) {
    this.#path = path;
  }

  get path(): string | null {
    return this.#path;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** A gradient that led to nothing. */
  dropGradients(): void {
    while (this.#entries.at(-1)?.kind === "gradient") this.#entries.pop();
  }

  /** The weights are saved; a gradient that waits for its step is not, and stays. */
  saved(path: string): void {
    const last = this.#entries.findLastIndex(({ kind }) => kind === "step");
    this.#path = path;
    this.#entries = this.#entries.slice(last + 1);
  }
}
