/** The final formula: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, or an environment such as `equation`. */
import { joinMarks, joins, MOST_PARTS } from "./joined.js";
import type { AnswerMark, AnswerRule } from "./rule.js";

const environment = /\\(begin|end)\{((?:equation|align|gather|multline|eqnarray|displaymath|math)\*?)\}/y;

interface Formula extends AnswerMark {
  readonly outerStart: number;
  readonly outerEnd: number;
}

/**
 * The contents of the formula that ends last, with those before it that a conjunction joins to it. A formula in a line,
 * `$…$` or `\(…\)`, does not go over its end: two prices are no formula.
 */
export const latexRule: AnswerRule = {
  name: "latex",
  find(text) {
    const formulas = formulasOf(text);
    const parts = formulas.slice(-1);
    for (let i = formulas.length - 2; i >= 0 && parts.length < MOST_PARTS; i--) {
      const formula = formulas[i]!;
      if (!joins(text, formula.outerEnd, parts.at(-1)!.outerStart)) break;
      parts.push(formula);
    }
    return parts.length === 0 ? null : joinMarks(text, parts.reverse());
  },
};

/** Formulas that do not lie within others, in one pass. */
function formulasOf(text: string): Formula[] {
  const found: Formula[] = [];
  /** Where a formula of each kind was opened last. */
  const open = new Map<string, { start: number; outerStart: number }>();
  const close = (kind: string, end: number, outerEnd: number): boolean => {
    const at = open.get(kind);
    if (at === undefined) return false;
    open.delete(kind);
    while (found.length > 0 && found.at(-1)!.outerStart > at.outerStart) found.pop();
    found.push({ start: at.start, outerStart: at.outerStart, end, outerEnd });
    return true;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "\n") {
      open.delete("$");
      open.delete("(");
    } else if (character === "$") {
      const sign = text[i + 1] === "$" ? "$$" : "$";
      const after = i + sign.length;
      if (sign === "$" && isDigit(text.charCodeAt(after))) open.delete("$");
      if (!close(sign, i, after)) open.set(sign, { start: after, outerStart: i });
      i = after - 1;
    } else if (character === "\\") {
      const next = text[i + 1];
      if (next === "(" || next === "[") open.set(next, { start: i + 2, outerStart: i });
      else if (next === ")") close("(", i, i + 2);
      else if (next === "]") close("[", i, i + 2);
      else if (next === "b" || next === "e") {
        environment.lastIndex = i;
        const [whole, side, name] = environment.exec(text) ?? [""];
        const after = i + whole.length;
        if (side === "begin") open.set(name!, { start: after, outerStart: i });
        else if (side === "end") close(name!, i, after);
      }
      i++;
    }
  }
  return found;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
