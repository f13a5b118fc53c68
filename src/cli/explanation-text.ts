/** Explanations of answers for a terminal: what each text answers and why, and its candidates, one a line. */
import type { Verdict } from "../apps/grade/equivalent-lines.js";
import type { GroupVote } from "../apps/grade/group-vote.js";
import { MISSING, percent } from "../apps/report/format.js";
import type { ExplainedCandidate, Explanation } from "../core/answer/explain.js";
import type { Paint } from "./style.js";
import { cell, onOneLine } from "./terminal-text.js";

const RULE = 10;
const PLACE = 7;
const STRENGTH = 8;
/** Blanks before a candidate, with its mark and those between columns. */
const BLANKS = 6 + 2 * 4;
/** What is written and what it comes to are no narrower. */
const LEAST = 8;

export interface ExplanationTexts {
  /** What the columns are. */
  readonly header: string;
  group(vote: GroupVote): string;
  /** `number` counts the pairs from 1. */
  pair(verdict: Verdict, number: number): string;
}

/** `width` is what a line of candidates may take. */
export function explanationTexts(width: number, paint: Paint): ExplanationTexts {
  const room = Math.max(2 * LEAST, width - BLANKS - RULE - PLACE - STRENGTH);
  const written = Math.max(LEAST, Math.min(40, Math.ceil(room * 0.6)));
  const columns = (rule: string, place: string, strength: string, text: string, canonical: string): string =>
    [
      cell(rule, RULE),
      cell(place, PLACE),
      cell(strength, STRENGTH, "right"),
      cell(text, written),
      cell(canonical, Math.max(LEAST, room - written)),
    ]
      .join("  ")
      .trimEnd();
  const candidate = ({
    rule,
    line,
    column,
    strength,
    text,
    canonical,
    decides,
  }: ExplainedCandidate): string => {
    const row = columns(
      rule,
      `${line}:${column}`,
      strength === null ? MISSING : String(strength),
      text,
      canonical ?? MISSING,
    );
    return decides ? `    ${paint("green", "✓")} ${row}` : `      ${paint("dim", row)}`;
  };
  const explained = (name: string, explanation: Explanation | null): string[] => {
    if (explanation === null)
      return [`  ${name}  ${MISSING}  ${paint("dim", "it has no text, or the grader failed")}`];
    const { answer, why, candidates } = explanation;
    const said = answer === null ? MISSING : paint("bold", onOneLine(answer));
    return [`  ${name}  ${said}  ${paint("dim", onOneLine(why))}`, ...candidates.map(candidate)];
  };
  return {
    header: paint("dim", `      ${columns("rule", "place", "strength", "as written", "canonical")}`),
    group: (vote) =>
      [
        `${paint("bold", onOneLine(vote.id))}  ${outcome(vote)}`,
        ...(vote.explanations ?? []).flatMap((own, i) =>
          explained(String(i + 1).padStart(String(vote.samples).length), own),
        ),
      ].join("\n"),
    pair: (verdict, number) => {
      if ("error" in verdict)
        return `${paint("bold", String(number))}  ${paint("red", onOneLine(verdict.error.message))}`;
      const { equivalent, explanations } = verdict;
      return [
        `${paint("bold", String(number))}  ${equivalent ? paint("green", "equivalent") : "not equivalent"}`,
        ...explained("gold", explanations?.gold ?? null),
        ...explained("pred", explanations?.pred ?? null),
      ].join("\n");
    },
  };
}

/** What a group's vote comes to. */
function outcome({
  label,
  agreement,
  tie,
  answersNeeded,
  samples,
  noAnswerShare,
  clusters,
}: GroupVote): string {
  const answered = clusters.reduce((sum, { count }) => sum + count, 0);
  if (label !== null)
    return `label ${onOneLine(label)}, agreement ${percent(agreement)}, no answer ${percent(noAnswerShare)}`;
  if (answersNeeded !== undefined)
    return `no label: ${answered} of ${samples} samples ${answered === 1 ? "has" : "have"} an answer, and a label needs ${answersNeeded}`;
  return tie ? "no label: the largest classes are tied" : "no label: no sample has an answer";
}
