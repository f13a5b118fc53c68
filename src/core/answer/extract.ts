/** From a solution's text to its canonical final answer, or to none. */
import { SelftrainError } from "../../errors.js";
import type { FinishReason } from "../../group.js";
import { decidingMark } from "./extract/candidates.js";
import { type AnswerRule, markedText } from "./extract/rule.js";
import { answerRules, solutionRules } from "./extract/rules.js";
import { thoughtsEnd, turnEnd } from "./extract/said.js";

export interface ExtractOptions {
  /** Why sampling stopped; `stop` by default. */
  readonly finish?: FinishReason;
  /** What an unfinished solution (`length`) answers: nothing, for its last number must not vote (the default), or what is found. */
  readonly truncated?: "none" | "extract";
  /** Canonical form of an answer, or null to reject it; the trimmed text itself by default. */
  readonly canonicalise?: (answer: string) => string | null;
  /** Tried in order; the first whose marker is in the text decides, unless a later one is of its strength. Default: those of `solutionRules`. */
  readonly rules?: readonly AnswerRule[];
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

/** What a rule found before it was made canonical; the text is never blank. */
export interface RawAnswer {
  readonly text: string;
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

const defaultRules = answerRules(solutionRules);

/**
 * Characters at the end of a text in which an answer is looked for: what stands before them is no final answer, and
 * no text takes longer than that many.
 */
export const REACH = 100_000;

/**
 * Finds the final answer as it is written. The first rule whose marker is present decides, or of several of one strength the last in the text: when what it marks is blank,
 * there x Time is linear in the text.
 */
export function findAnswer(
  text: string,
  options: Omit<ExtractOptions, "canonicalise"> = {},
): RawAnswer | null {
  const { finish = "stop", truncated = "none", rules = defaultRules } = options;
  if (finish !== "stop" && truncated === "none") return null;
  const thoughts = thoughtsEnd(text);
  if (thoughts === null) return null;
  const end = turnEnd(text);
  const from = Math.max(end - REACH, thoughts);
  const said = text.slice(from, end);
  const found = decidingMark(said, rules);
  if (found === null) return null;
  const { rule, mark } = found;
  const raw = markedText(said, mark);
  return raw === "" ? null : { text: raw, rule: rule.name, start: mark.start + from, end: mark.end + from };
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
