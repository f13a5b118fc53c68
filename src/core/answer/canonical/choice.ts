/** A choice with its text: `(D) 17`, `\textbf{(A)}~\frac14`, `C) red`. The letter is the answer. */

/** Marks around a letter, and what stands before it. */
const letter =
  /^\$?(?:\\(?:text|textbf|mathrm|mathbf|textrm|bf|rm)\s?\{\s{0,2})?(?:\\left)?(?:[(（[]\s?([A-J])\s?(?:\\right)?[)）\]]|([A-J])[).．、])\s{0,2}\}?\$?/u;
/** What begins a text, a number or a formula; a sign or a comma would go on with an expression or a list. */
const text =
  /^(?:\s|~|\\[ ,;:!]|\\q?quad|:|\}){0,8}(?:[\p{L}\p{N}"“'$£€.]|[-−]\d|\\(?:[dt]?frac|sqrt|text|textbf|mathrm|\$|\(|pi)(?![a-z]))/u;
/** What joins two choices. */
const joint = /^\s{0,4}(?:(?:and|or|und|oder|et|ou|y|o|e|и|или)\s|[和或与與及と、]|または|그리고|또는|や)/iu;
/** Longest beginning that is looked at. */
const LONGEST = 80;

/** The letter of a choice that is followed by its text; null for all else. */
export function choiceWithText(answer: string): string | null {
  const begin = answer.slice(0, LONGEST);
  const found = letter.exec(begin);
  if (found === null) return null;
  const rest = begin.slice(found[0].length);
  // `(A)5` and `C.x` are products and names; a letter in brackets before another one is a list.
  const apart = /^[\s~\\:]|^\p{Lo}/u.test(rest) || /[\s}]$/.test(found[0]);
  if (!apart || !text.test(rest) || joint.test(rest)) return null;
  // `E. coli` and `A. Einstein` are names.
  if (found[2] !== undefined && /\.\s{0,2}\}?\$?$/.test(found[0]) && /^\s{0,4}\p{L}/u.test(rest)) return null;
  return found[1] ?? found[2]!;
}
