/** Number literals: `1,234,567`, `12{,}000`, `3.25`, `.5`, `1.2e5`, `0.\overline{3}`, `0.\dot{3}`, `0.333...`. */
import type { Lexer } from "./lexer.js";

/** What separates groups of three digits: a comma only outside brackets, where it is no separator of a list. */
const group = /(?:,\\!|\{,\}|\\[,!])\s{0,2}(\d{3})(?!\d)/y;
/** No mixed number `1 100/102`. */
const spacedGroup = /\s{1,2}(\d{3})(?!\d|\s{0,2}\/)/y;
const commaGroups = /(?:,\d{3}){1,40}(?![\d,])/y;
/** One group alone is a fraction where commas are those of decimals. */
const manyGroups = /(?:,\d{3}){2,40}(?![\d,])/y;
const pointGroups = /(?:\.\d{3}){2,40}(?![\d.])/y;
const digits = /\d{0,3000}/y;
const exponent = /[eE]([+-]?\d{1,4})(?![\w.^])/y;
const repeated = /\\(?:overline|bar)\s?\{(\d{1,30})\}/y;
/** The first and the last digit of what repeats: `0.\dot{1}4285\dot{7}`; one alone: `0.\dot{3}`. */
const dotted = /\\dot\s?\{?(\d)\}?(?:(\d{0,30})\\dot\s?\{?(\d)\}?)?/y;
const goesOn = /\s?(?:\.{3}|…|\\[lc]?dots)(?=[\s$\\.)]{0,4}$)/y;
const decimalPoint = /\.(?=\d|\\(?:overline|bar|dot)(?![a-z]))/y;
const decimalBrace = /\{,\}(?=\d)/y;
const decimalComma = /,(?=\d{1,3}(?!\d))/y;

function match(regex: RegExp, lexer: Lexer): RegExpExecArray | null {
  regex.lastIndex = lexer.at;
  const found = regex.exec(lexer.text);
  if (found !== null) lexer.at = regex.lastIndex;
  return found;
}

export function readNumber(lexer: Lexer): void {
  let whole = match(digits, lexer)![0];
  if (/^[1-9]\d{0,2}$/.test(whole)) {
    const next = () => match(group, lexer) ?? match(spacedGroup, lexer);
    for (let found = next(); found !== null; found = next()) whole += found[1];
    const groups =
      lexer.depth > 0 ? null : match(lexer.options.decimalComma ? manyGroups : commaGroups, lexer);
    whole += (groups ?? match(pointGroups, lexer))?.[0].replace(/[.,]/g, "") ?? "";
  }
  let [fraction, repetend] = ["", ""];
  const point =
    match(decimalPoint, lexer) ??
    match(decimalBrace, lexer) ??
    (lexer.options.decimalComma ? match(decimalComma, lexer) : null);
  if (point !== null) {
    fraction = match(digits, lexer)![0];
    repetend = match(repeated, lexer)?.[1] ?? "";
    if (repetend === "") repetend = (match(dotted, lexer)?.slice(1) ?? []).join("");
    if (repetend === "" && fraction.length < 40 && match(goesOn, lexer) !== null)
      [fraction, repetend] = continued(fraction);
  }
  const power = match(exponent, lexer)?.[1] ?? "0";
  lexer.push("number", [whole, fraction, repetend, power].join("|"));
}

/** `0.333...` and `0.1666...` go on with what they repeat three times, longer groups of digits twice; other numbers break off. */
function continued(fraction: string): [string, string] {
  for (let length = 1; 2 * length <= fraction.length; length++) {
    const group = fraction.slice(-length);
    if (fraction.endsWith(group.repeat(length === 1 ? 3 : 2))) return [fraction, group];
  }
  return [fraction, ""];
}
