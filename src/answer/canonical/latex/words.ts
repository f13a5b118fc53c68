/** Runs of letters without markup: variables, functions, units, or prose. */
import { notMathematics } from "../limits.js";
import type { Lexer } from "./lexer.js";
import { functions, listFunctions, plainUnits, shortWords, units } from "./names.js";

const run = /[A-Za-z]{1,200}/y;
/** `sinx`, `lnx`, and names of variables that stand in the order of the alphabet, such as `abcd`. */
const applied = /^(sin|cos|tan|cot|sec|csc|ln|log|sqrt)([a-z])$/;
/** `Bob`, and no product of a capital and two small letters. */
const firstName = /^[A-Z][a-z]{2}$/;
const constants = new Map([
  ["pi", "pi"],
  ["infty", "infty"],
  ["infinity", "infty"],
  ["Infinity", "infty"],
  ["inf", "infty"],
  ["oo", "infty"],
  ["sqrt", "sqrt"],
  ["union", "cup"],
  ["mod", "bmod"],
]);

export function letterRun(lexer: Lexer): void {
  run.lastIndex = lexer.at;
  const word = run.exec(lexer.text)![0];
  lexer.at += word.length;
  const afterNumber = lexer.tokens.at(-1)?.type === "number" && !lexer.spaced;
  const joint = afterNumber ? /^(or|and)(?=[A-Za-z])/.exec(word)?.[1] : undefined;
  if (joint !== undefined) {
    lexer.push("words", joint);
    oneWord(lexer, word.slice(joint.length));
  } else oneWord(lexer, word);
}

function oneWord(lexer: Lexer, word: string): void {
  if (word === "or" || word === "and" || (/^[CF]$/.test(word) && afterDegree(lexer)))
    lexer.push("words", word);
  else if (lexer.atUnit() && plainUnits.has(word)) lexer.push("words", word);
  else if (functions.has(word) || listFunctions.has(word))
    lexer.push("function", functions.get(word) ?? word);
  else if (constants.has(word)) lexer.push("command", constants.get(word)!);
  else if (applied.test(word)) {
    const [, name, letter] = applied.exec(word)!;
    oneWord(lexer, name!);
    lexer.push("letter", letter!);
  } else if ((word.length > 3 && !alphabetical(word)) || firstName.test(word)) lexer.push("words", word);
  else if (word.length > 1 && shortWords.has(word.toLowerCase()) && word !== "as") notMathematics("a word");
  else for (const letter of word) lexer.push("letter", letter);
}

/** `25^\circ C` is a temperature. */
function afterDegree(lexer: Lexer): boolean {
  const [before, last] = lexer.tokens.slice(-2).map(({ text }) => text);
  return last === "°" || last === "circ" || (last === "}" && (before === "circ" || before === "°"));
}

function alphabetical(word: string): boolean {
  for (let i = 1; i < word.length; i++) if (word.charCodeAt(i) !== word.charCodeAt(i - 1) + 1) return false;
  return word.length < 6;
}

/** What stands in `\text{…}`, `\mathrm{…}` or `\operatorname{…}`. */
export function markedWords(lexer: Lexer, content: string, upright: boolean): void {
  const words = content.replace(/\\[ ,;:!]|[~$,]/g, " ").trim();
  const letter = /^\(?([A-Za-z])\)?$/.exec(words)?.[1];
  if (words === "") lexer.spaced = true;
  else if (/^[0-9]/.test(words) || (upright && /[\\^_{}()]/.test(words))) {
    // Mathematics set upright, which is read as it stands.
    lexer.text = `${words} ${lexer.text.slice(lexer.at)}`;
    lexer.at = 0;
  } else if (lexer.atUnit() && units.has(words)) lexer.push("words", words);
  else if (functions.has(words) || listFunctions.has(words))
    lexer.push("function", functions.get(words) ?? words);
  else if (letter !== undefined && (letter === words || lexer.tokens.length === 0))
    lexer.push("letter", letter);
  else lexer.push("words", words);
}
