/** What is found in a dataset, by kind: how often, and where first. */
import type { SelftrainError } from "../errors.js";
import type { Warning } from "./warnings.js";

export interface Finding {
  readonly code: string;
  /** Whether a training run would stop at it. */
  readonly stops: boolean;
  readonly count: number;
  /** The first few, with file and row. */
  readonly examples: readonly { readonly where: string; readonly what: string }[];
  readonly remedy: string;
}

/** Examples of each kind. */
const SHOWN = 5;

export class Findings {
  readonly #found = new Map<string, Finding>();

  /** What a run would throw. `where` is the place, where the error does not know it. */
  error({ code, message, remedy, where }: SelftrainError, place = where ?? ""): void {
    this.#add(code, true, remedy, place, message);
  }

  /** What a run would bear. `count` is more than one where only an example is given. */
  warn({ code, remedy }: Warning, where: string, what: string, count = 1): void {
    this.#add(code, false, remedy, where, what, count);
  }

  #add(code: string, stops: boolean, remedy: string, where: string, what: string, times = 1): void {
    const { count, examples } = this.#found.get(code) ?? { count: 0, examples: [] };
    const shown = examples.length < SHOWN ? [...examples, { where, what }] : examples;
    this.#found.set(code, { code, stops, count: count + times, examples: shown, remedy });
  }

  /** What stops a run first. */
  list(): Finding[] {
    return [...this.#found.values()].sort((a, b) => Number(b.stops) - Number(a.stops));
  }
}
