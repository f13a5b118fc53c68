/** `selftrain equivalent`: pairs of answers in, verdicts out, line by line. */

import type { EquivalentConfig } from "../../config/grade-config.js";
import type { Explanation } from "../../core/answer/explain.js";
import { anyTextRules } from "../../core/answer/extract/rules.js";
import { parseJson } from "../../data/table/exact-json.js";
import type { Line } from "../../data/table/lines.js";
import { scalarText } from "../../data/table/scalar.js";
import { SelftrainError } from "../../errors.js";
import { type Graded, type GradedAnswer, Grader } from "./grader.js";

/** What is shown of an answer; null where the text has none. */
export type ShownAnswer = Pick<GradedAnswer, "kind" | "canonical" | "rule"> | null;

export type Verdict = Compared | Unreadable;

export interface Compared {
  readonly equivalent: boolean;
  readonly gold: ShownAnswer;
  readonly pred: ShownAnswer;
  /** Where they are asked for; null of a side that is null. */
  readonly explanations?: { readonly gold: Explanation | null; readonly pred: Explanation | null };
}

export interface Unreadable {
  readonly line: number;
  readonly error: { readonly code: string; readonly message: string; readonly found: unknown };
}

export interface EquivalentSummary {
  readonly lines: number;
  /** Lines without a verdict. */
  readonly errors: number;
}

/** Characters of a line that cannot be read that are shown. */
const SHOWN = 200;

/**
 * A verdict a line, in order, blank lines left out; what cannot be read, or crashes the grader, gives an error in its
 * place. Throws `grader-failures` where the grader fails on too many.
 */
export async function judgeLines(
  lines: AsyncIterable<Line>,
  config: EquivalentConfig,
  write: (verdict: Verdict) => Promise<void>,
): Promise<EquivalentSummary> {
  const grader = new Grader(config, anyTextRules);
  let [read, errors] = [0, 0];
  for await (const { number, text } of lines) {
    if (text.trim() === "") continue;
    read++;
    const verdict = judge(text, number, grader, config.explain);
    if ("error" in verdict) errors++;
    await write(verdict);
  }
  grader.failures.check();
  return { lines: read, errors };
}

function judge(text: string, line: number, grader: Grader, explain: boolean): Verdict {
  try {
    const [gold, pred] = pairOf(text).map((side) =>
      side === null ? null : grader.solution(side, "stop", `line ${line}`),
    ) as [Graded | null, Graded | null];
    const failure = gold?.failure ?? pred?.failure;
    if (failure) return problem(line, "grader-failure", failure.error, failure.text);
    const [g, p] = [gold?.answer ?? null, pred?.answer ?? null];
    const shown = (answer: GradedAnswer | null): ShownAnswer =>
      answer && { kind: answer.kind, canonical: answer.canonical, rule: answer.rule };
    const verdict = { equivalent: g !== null && g.key === p?.key, gold: shown(g), pred: shown(p) };
    if (!explain) return verdict;
    return {
      ...verdict,
      explanations: { gold: gold?.explanation ?? null, pred: pred?.explanation ?? null },
    };
  } catch (error) {
    const { code, message, found } = error as SelftrainError;
    if (!(error instanceof SelftrainError)) throw error;
    return problem(line, code, message, found);
  }
}

const problem = (line: number, code: string, message: string, found: unknown): Unreadable => ({
  line,
  error: { code, message, found },
});

/** The two texts of a line; null where one is missing by intention. Throws `pair-malformed`. */
function pairOf(text: string): [string | null, string | null] {
  const found = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const wrong = (message: string): SelftrainError =>
    new SelftrainError({
      code: "pair-malformed",
      message,
      found,
      expected: '{"gold": "…", "pred": "…"}',
      remedy: "Mend the line.",
    });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw wrong(`The line is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong("The line is not an object.");
  const side = (name: "gold" | "pred"): string | null => {
    const given = (value as Record<string, unknown>)[name];
    if (given === null) return null;
    const side = typeof given === "boolean" ? undefined : scalarText(given);
    if (side !== undefined) return side;
    throw wrong(`"${name}" is ${given === undefined ? "missing" : "no text"}.`);
  };
  return [side("gold"), side("pred")];
}
