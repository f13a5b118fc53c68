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
    const formulas = formulasOf(text).filter((formula) => !isPrice(text, formula));
    const parts = formulas.slice(-1);
    for (let i = formulas.length - 2; i >= 0 && parts.length < MOST_PARTS; i--) {
      const formula = formulas[i]!;
      if (!joins(text, formula.outerEnd, parts.at(-1)!.outerStart)) break;
      parts.push(formula);
    }
    parts.reverse();
    return parts.length > 0 && concludes(text, parts[0]!.outerStart, parts.at(-1)!.outerEnd)
      ? joinMarks(text, parts)
      : null;
  },
};

/** `$20 = $`: between two prices stands no formula; what ends in a sign is none. */
function isPrice(text: string, { start, end }: Formula): boolean {
  const content = text.slice(Math.max(start, end - 8), end).trimEnd();
  return /(?:[=+*/×÷<>]|[^\\]-)$/.test(content) && text[end] === "$";
}

/** Words right before a formula that say it is the result. */
const verdict =
  /(?:^|[.!?:\n]|(?<!\p{L})(?:so|thus|therefore|hence|is|are|equals|becomes|get|gives|obtain|yields|have|conclude|also|daher|somit|ist|sind|donc|est|sont|vaut|entonces|es|son|portanto|logo|é|são|quindi|è|sono|следовательно|это|равно)|因此|所以|是|为|為|等于|等於|は)[\s,:：*_]{0,8}$/iu;
/** Words behind one that go on about it: `So $x$ is 5`. */
const goesOn =
  /^\s?(?:is|are|was|has|have|be|equals|becomes|can|must|does|ist|sind|hat|est|sont|a|es|son|tiene|é|são|tem|è|sono|ha)(?!\p{L})|^\s?(?:是|为|為|等于|は|が)/u;
/** What may stand behind the formula that ends a text: marks, a unit, a word or two. */
const ends = /^[\s.,;:!?。，！*_)\]}"'”’$\\]{0,40}$/u;

/** Whether a formula ends the text, or follows a verdict that does not go on about it. */
function concludes(text: string, start: number, end: number): boolean {
  if (ends.test(text.slice(end, end + 60))) return true;
  return verdict.test(text.slice(Math.max(0, start - 30), start)) && !goesOn.test(text.slice(end, end + 20));
}

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
