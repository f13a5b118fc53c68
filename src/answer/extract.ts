/** From a solution's text to its canonical final answer, or to none. */
import { SelftrainError } from "../errors.js";
import type { FinishReason } from "../group.js";
import { type AnswerRule, boxedRule, delimitedRule } from "./rules.js";

export interface ExtractOptions {
  /** Why sampling stopped. An unfinished solution (`length`) has no answer: its last number must not vote. */
  readonly finish: FinishReason;
  /** Text before the answer in the procedural form. Default `#`. */
  readonly delimiter?: string;
  /** Canonical form of an answer, or null to reject it; the trimmed text itself by default. */
  readonly canonicalise?: (answer: string) => string | null;
  /** Tried in order; the first whose marker is in the text decides. Default: `\boxed{…}`, then the delimiter. */
  readonly rules?: readonly AnswerRule[];
}

/** An answer, and the rule and the place it came from. */
export interface AnswerExtraction {
  /** Canonical form. Never blank. */
  readonly answer: string;
  readonly rule: string;
  /** The untrimmed answer is `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the final answer. The first rule whose marker is present decides: when what it marks is blank, or the
 * canonicaliser rejects it, there is no answer, and no weaker rule picks up some other number instead.
 *
 * Throws `answer-canonicaliser-failed` where the canonicaliser throws: a crash is never scored as a wrong answer.
 */
export function locateAnswer(text: string, options: ExtractOptions): AnswerExtraction | null {
  if (options.finish !== "stop") return null;
  for (const rule of options.rules ?? [boxedRule, delimitedRule(options.delimiter ?? "#")]) {
    const span = rule.find(text);
    if (span === null) continue;
    const raw = text.slice(span.start, span.end).trim();
    if (raw === "") return null;
    const answer = canonical(raw, options.canonicalise);
    return answer === null || answer.trim() === "" ? null : { answer, rule: rule.name, ...span };
  }
  return null;
}

/** The canonical final answer of a solution; null where there is none. See `locateAnswer`. */
export function extractAnswer(text: string, options: ExtractOptions): string | null {
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
        message: "The canonicaliser threw on an answer",
        found: raw,
        expected: "a canonical form, or null for a text that is no answer",
        remedy: "Make the canonicaliser return null for what it cannot read",
      },
      { cause },
    );
  }
}
