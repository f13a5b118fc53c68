/** From a solution's text to its canonical final answer, or to none. */
import { SelftrainError } from "../../errors.js";
import { decideAnswer, type FindOptions, type RawAnswer } from "./decide.js";

export interface ExtractOptions extends FindOptions {
  /** Canonical form of an answer, or null to reject it; the trimmed text itself by default. */
  readonly canonicalise?: (answer: string) => string | null;
}

/** An answer, and the rule and the place it came from. */
export interface AnswerExtraction {
  /** Canonical form. Never blank. */
  readonly answer: string;
  readonly rule: string;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
}

/** The final answer as it is written; see `decideAnswer`. */
export function findAnswer(text: string, options: FindOptions = {}): RawAnswer | null {
  return decideAnswer(text, options).answer;
}

/**
 * `findAnswer`, made canonical; where the canonicaliser rejects it there is no answer.
 *
 * Throws `answer-canonicaliser-failed` where the canonicaliser throws: a crash is never scored as a wrong answer.
 */
export function locateAnswer(text: string, options: ExtractOptions = {}): AnswerExtraction | null {
  const found = findAnswer(text, options);
  if (found === null) return null;
  const answer = canonical(found.text, options.canonicalise);
  if (answer === null || answer.trim() === "") return null;
  return { answer, rule: found.rule, start: found.start, end: found.end };
}

/** The canonical final answer of a solution; null where there is none. See `locateAnswer`. */
export function extractAnswer(text: string, options: ExtractOptions = {}): string | null {
  return locateAnswer(text, options)?.answer ?? null;
}

function canonical(raw: string, canonicalise: ExtractOptions["canonicalise"]): string | null {
  if (canonicalise === undefined) return raw;
  try {
    return canonicalise(raw);
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "answer-canonicaliser-failed",
        message: `The canonicaliser threw on an answer: ${cause instanceof Error ? cause.message : String(cause)}`,
        found: raw,
        expected: "a canonical form, or null for a text that is no answer",
        remedy: "Make the canonicaliser return null for what it cannot read",
      },
      { cause },
    );
  }
}
