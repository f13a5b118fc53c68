/** A rule locates the final answer in a solution: each knows one way of marking it. */

/** What a rule found. `text.slice(start, end)` is the untrimmed answer, unless `answer` says what is left of it. */
export interface AnswerMark {
  readonly start: number;
  readonly end: number;
  /** The answer, where it is not all that stands there: several boxes joined, a letter without its brackets. */
  readonly answer?: string;
  /** Where its marker stands (`the answer is`), by which marks are put in order; `start` where nothing else is said. */
  readonly at?: number;
}

export interface AnswerRule {
  readonly name: string;
  /** What is marked, possibly blank; null where the marker is absent. Time is linear in the text. */
  find(text: string): AnswerMark | null;
}

/** The answer that a mark stands for, trimmed. */
export function markedText(text: string, { start, end, answer }: AnswerMark): string {
  return (answer ?? text.slice(start, end)).trim();
}

/** Where the marker of a mark stands. */
export const placeOf = ({ start, at = start }: AnswerMark): number => at;

/** A rule applied to a part of the text; places are those of the whole text. */
export function findWithin(rule: AnswerRule, text: string, start: number, end: number): AnswerMark | null {
  const found = rule.find(text.slice(start, end));
  return (
    found && { ...found, start: found.start + start, end: found.end + start, at: placeOf(found) + start }
  );
}

/** The span without white space at its ends. */
export function trimmed(text: string, start: number, end: number): AnswerMark {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  return { start: start + lead, end: start + Math.max(lead, part.trimEnd().length) };
}
