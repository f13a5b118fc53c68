/** Rules that locate the final answer in a solution: each is one function that knows one way of marking it. */

/** Where a rule found its marker, and the raw text it marks. `text.slice(start, end)` is the untrimmed answer. */
export interface AnswerSpan {
  readonly start: number;
  readonly end: number;
}

export interface AnswerRule {
  readonly name: string;
  /** The marked span, possibly blank; null where the marker is absent. */
  find(text: string): AnswerSpan | null;
}

/** Everything after the last delimiter: the form of the procedural tasks, `12,0#12`. */
export function delimitedRule(delimiter: string): AnswerRule {
  return {
    name: "delimited",
    find(text) {
      const at = text.lastIndexOf(delimiter);
      return at < 0 ? null : { start: at + delimiter.length, end: text.length };
    },
  };
}

const BOXED = "\\boxed{";

/** The contents of the last `\boxed{…}` whose braces balance; an escaped brace `\{` does not count. */
export const boxedRule: AnswerRule = {
  name: "boxed",
  find(text) {
    for (let at = text.lastIndexOf(BOXED); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(BOXED, at - 1)) {
      const start = at + BOXED.length;
      const end = closingBrace(text, start);
      if (end !== null) return { start, end };
    }
    return null;
  },
};

/** Index of the brace that closes the one opened just before `start`. */
function closingBrace(text: string, start: number): number | null {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return i;
  }
  return null;
}
