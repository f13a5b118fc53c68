/** What is found in a dataset, by kind, by what would have been right and by what to do: how often, and where first. */
import type { SelftrainError } from "../../errors.js";
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
/** Remedies of one kind. A remedy may speak of the row, so that there could be as many as rows. */
const REMEDIES = 5;

export class Findings {
  readonly #found = new Map<string, Finding>();
  readonly #remedies = new Map<string, string[]>();

  /** What a run would throw. `where` is the place, where the error does not know it. */
  error({ code, message, expected, remedy, where }: SelftrainError, place = where ?? ""): void {
    // Two columns that are missing are two things to mend.
    const kind = `${code} ${JSON.stringify(expected)}`;
    this.#add(`${kind} ${this.#remedy(kind, remedy)}`, { code, stops: true, remedy }, place, message);
  }

  /** The remedy that a row's problem is counted under: its own, or the first of the kind where that has too many. */
  #remedy(kind: string, remedy: string): string {
    const known = this.#remedies.get(kind) ?? [];
    if (known.includes(remedy)) return remedy;
    if (known.length === REMEDIES) return known[0]!;
    this.#remedies.set(kind, [...known, remedy]);
    return remedy;
  }

  /** What a run would bear. `count` is more than one where only an example is given. */
  warn({ code, remedy }: Warning, where: string, what: string, count = 1): void {
    this.#add(code, { code, stops: false, remedy }, where, what, count);
  }

  #add(
    key: string,
    kind: Pick<Finding, "code" | "stops" | "remedy">,
    where: string,
    what: string,
    times = 1,
  ): void {
    const { count, examples, remedy } = this.#found.get(key) ?? { count: 0, examples: [], ...kind };
    const shown = examples.length < SHOWN ? [...examples, { where, what }] : examples;
    this.#found.set(key, { ...kind, remedy, count: count + times, examples: shown });
  }

  /** What stops a run first. */
  list(): Finding[] {
    return [...this.#found.values()].sort((a, b) => Number(b.stops) - Number(a.stops));
  }
}
