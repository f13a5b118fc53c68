/** Runs of letters without markup: variables, functions, units, or prose. */
import { notMathematics } from "../limits.js";
import type { Lexer } from "./lexer.js";
import { functions, letters, listFunctions, plainUnits, shortWords, units } from "./names.js";

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
  ["cbrt", "cbrt"],
  ["union", "cup"],
  ["mod", "bmod"],
]);

export function letterRun(lexer: Lexer): void {
  run.lastIndex = lexer.at;
  const word = run.exec(lexer.text)![0];
  lexer.at += word.length;
  if (phrase(lexer, word)) return;
  const afterNumber = lexer.tokens.at(-1)?.type === "number" && !lexer.spaced;
  const joint = afterNumber ? /^(or|and)(?=[A-Za-z])/.exec(word)?.[1] : undefined;
  if (joint !== undefined) {
    lexer.push("words", joint);
    oneWord(lexer, word.slice(joint.length));
  } else oneWord(lexer, word);
}

const perCent = /\s{1,2}cent(?![A-Za-z])/y;
const logarithmBase = /(2|10)(?=\s?\()/y;
const byDifferential = /\/d[A-Za-z](?![A-Za-z])/y;
const unionOf = /\s{0,4}(?:[([]|\\\{|\\left)/y;
const perSecond = /\s?\/\s?s(?![A-Za-z])/y;

/** Runs that mean something together with what stands behind them: `per cent`, `log10(`, `dy/dx`, `(1, 2) U (3, 4)`, `5 m/s`. */
function phrase(lexer: Lexer, word: string): boolean {
  const before = lexer.tokens.at(-1);
  const follows = (what: RegExp): string | undefined => {
    what.lastIndex = lexer.at;
    return what.exec(lexer.text)?.[0];
  };
  if (word === "per" && lexer.atUnit()) {
    const cent = follows(perCent);
    if (cent === undefined) return false;
    lexer.at += cent.length;
    lexer.push("words", "percent");
  } else if (word === "log") {
    const base = follows(logarithmBase);
    if (base === undefined) return false;
    lexer.at += base.length;
    lexer.push("function", base === "10" ? "lg" : "lb");
  } else if (/^d[A-Za-z]$/.test(word)) {
    const below = follows(byDifferential);
    if (below === undefined) return false;
    lexer.at += below.length;
    lexer.push("letter", word + below);
  } else if (word === "U" && (before?.text === ")" || before?.text === "]" || before?.text === "\\}")) {
    if (follows(unionOf) === undefined) return false;
    lexer.push("sign", "∪");
  } else if (word === "m" && before?.type === "number" && lexer.spaced && follows(perSecond) !== undefined)
    lexer.push("words", "m");
  else return false;
  return true;
}

function oneWord(lexer: Lexer, word: string): void {
  if (word === "or" || word === "and" || (/^[CF]$/.test(word) && afterDegree(lexer)))
    lexer.push("words", word);
  else if (lexer.atUnit() && (plainUnits.has(word) || (overUnit(lexer) && units.has(word))))
    lexer.push("words", word);
  else if (functions.has(word) || listFunctions.has(word))
    lexer.push("function", functions.get(word) ?? word);
  else if (constants.has(word)) lexer.push("command", constants.get(word)!);
  else if (word.length > 2 && letters.has(word)) lexer.push("letter", word);
  else if (callsFunction(lexer, word))
    lexer.push("function", functions.get(word.toLowerCase()) ?? word.toLowerCase());
  else if (word.length === 3 && lexer.spaced && lexer.tokens.at(-1)?.type === "words")
    lexer.push("words", word);
  else if (applied.test(word)) {
    const [, name, letter] = applied.exec(word)!;
    oneWord(lexer, name!);
    lexer.push("letter", letter!);
  } else if ((word.length > 3 && !alphabetical(word)) || firstName.test(word)) lexer.push("words", word);
  else if (word.length > 1 && shortWords.has(word.toLowerCase()) && word !== "as") notMathematics("a word");
  else for (const letter of word) lexer.push("letter", letter);
}

/** What stands here is below a unit: `km/h`. */
const overUnit = (lexer: Lexer) => lexer.tokens.at(-1)?.text === "/" && lexer.tokens.at(-2)?.type === "words";

/** `Abs(x)`, `Sin(x)`, `Max(1, 2)`: names as other programs print them. */
function callsFunction(lexer: Lexer, word: string): boolean {
  const lower = word.toLowerCase();
  const capital = /^[A-Z][a-z]{2,7}$/.test(word) && lexer.text[lexer.at] === "(";
  return capital && (functions.has(lower) || listFunctions.has(lower));
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

/** `m/s^2`, `kg m^{-3}`. */
function isCompoundUnit(words: string): boolean {
  const parts = words
    .replace(/\^(?:\{-?\d\}|-?\d)/g, "")
    .split(/[\s/*·]{1,4}/)
    .filter((part) => part !== "");
  return parts.length > 0 && parts.length < 6 && parts.every((part) => units.has(part));
}

/** What stands in `\text{…}`, `\mathrm{…}` or `\operatorname{…}`. */
export function markedWords(lexer: Lexer, content: string, upright: boolean): void {
  const words = content.replace(/\\[ ,;:!]|[~$,]/g, " ").trim();
  const letter = /^\(?([A-Za-z])\)?$/.exec(words)?.[1];
  if (words === "") lexer.spaced = true;
  else if (lexer.atUnit() && isCompoundUnit(words))
    lexer.push("words", words.replace(/[\^{}\d-]{1,200}/g, ""));
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
