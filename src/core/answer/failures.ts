/** Grader failures: a crash while an answer is read is counted and shown, and is never a silent wrong answer. */
import { SelftrainError } from "../../errors.js";

export interface GraderFailure {
  /** The offending text: the answer that the canonicaliser threw on, or the beginning of the solution. */
  readonly text: string;
  readonly error: string;
  /** Where it came from, where that is known: a prompt, a row of a file. */
  readonly where?: string;
}

/** Failures that are kept as examples, and characters of the text of each. */
const SHOWN = 5;
const LONGEST = 500;

/** What a text could not be read for. */
export function failureOf(error: unknown, text: string, where?: string): GraderFailure {
  const offending = error instanceof SelftrainError && typeof error.found === "string" ? error.found : text;
  return {
    text: offending.length > LONGEST ? `${offending.slice(0, LONGEST)}…` : offending,
    error: error instanceof Error ? error.message : String(error),
    ...(where === undefined ? {} : { where }),
  };
}

/** Counts failures, and stops the work where they are too many. */
export class GraderFailures {
  count = 0;
  total = 0;
  readonly examples: GraderFailure[] = [];

  /** `most` is the share of the answers that may fail. */
  constructor(readonly most: number) {}

  add(failure: GraderFailure | null): void {
    this.total++;
    if (failure === null) return;
    this.count++;
    if (this.examples.length < SHOWN) this.examples.push(failure);
  }

  /**
   * Throws `grader-failures` with examples where more than that share has failed; of a few answers one may, unless the
   * share is 0.
   */
  check(): void {
    if (this.count <= Math.ceil(this.most * this.total)) return;
    const [first] = this.examples;
    throw new SelftrainError({
      code: "grader-failures",
      message: `the grader failed on ${this.count} of ${this.total} answers: ${first!.error}`,
      found: this.examples,
      expected: `failures on ${this.most * 100}% of the answers at most (maxFailureShare)`,
      ...(first!.where === undefined ? {} : { where: first!.where }),
      remedy:
        "report the texts above, or mend the canonicaliser that is named; a larger maxFailureShare goes on without these answers",
    });
  }
}
