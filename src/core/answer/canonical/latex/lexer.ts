/** From an answer's text to tokens, in one pass. */
import { notMathematics, TOKENS } from "../limits.js";
import { asciiMathematics } from "./characters.js";
import { command } from "./commands.js";
import { magnitudes } from "./magnitudes.js";
import { relations } from "./names.js";
import { readNumber } from "./number.js";
import { END, type Token } from "./token.js";
import { letterRun } from "./words.js";

/** How a text is to be read, besides what stands in it. */
export interface ReadingOptions {
  /** `1,22` is a decimal. By default it is a list of two numbers. */
  readonly decimalComma?: boolean;
}

/** The state of the lexer: where it is, and what it has read. */
export class Lexer {
  at = 0;
  depth = 0;
  spaced = false;
  readonly tokens: Token[] = [];

  constructor(
    public text: string,
    readonly options: ReadingOptions,
  ) {}

  push(type: Token["type"], text: string): void {
    if (this.tokens.length >= TOKENS) notMathematics("too many tokens");
    const closes = type === "sign" && (text === ")" || text === "]" || text === "\\}");
    if (closes) this.depth--;
    this.tokens.push({ type, text, spaced: this.spaced, depth: this.depth });
    if (type === "sign" && (text === "(" || text === "[" || text === "\\{")) this.depth++;
    this.spaced = false;
  }

  /** The last token ends an operand, so what follows multiplies it. */
  afterOperand(): boolean {
    const last = this.tokens.at(-1);
    if (last === undefined || last.type === "relation" || last.type === "function") return false;
    return last.type !== "sign" || ")]}%!'°".includes(last.text) || last.text === "\\}";
  }

  /** What stands here may be a unit: it follows an operand, or joins another unit, as in `ft/s`. */
  atUnit(): boolean {
    const joins =
      ["/", "*", "-"].includes(this.tokens.at(-1)?.text ?? "") && this.tokens.at(-2)?.type === "words";
    return joins || this.afterOperand();
  }

  /** What stands in the braces that open here, read past; null where none open or they never close. */
  braced(): string | null {
    let at = this.at;
    while (this.text[at] === " ") at++;
    if (this.text[at] !== "{") return null;
    let depth = 0;
    for (let i = at; i < this.text.length; i++) {
      const character = this.text[i];
      if (character === "\\") i++;
      else if (character === "{") depth++;
      else if (character === "}" && --depth === 0) {
        this.at = i + 1;
        return this.text.slice(at + 1, i);
      }
    }
    return notMathematics("unbalanced braces");
  }
}

const isDigit = (character: string | undefined) =>
  character !== undefined && character >= "0" && character <= "9";
const isLetter = (character: string) => /[A-Za-z]/.test(character);
const ignored = new Set(["$", "€", "£", "¥"]);

/** Throws `NotMathematics` where the text holds what no answer of mathematics does. */
export function tokensOf(text: string, options: ReadingOptions = {}): Token[] {
  const lexer = new Lexer(asciiMathematics(text), options);
  while (lexer.at < lexer.text.length) {
    const character = lexer.text[lexer.at]!;
    if (character === " " || character === "~") {
      lexer.spaced = true;
      lexer.at++;
    } else if (ignored.has(character)) lexer.at++;
    else if (character === "\\") command(lexer);
    else if (isDigit(character) || (character === "." && isDigit(lexer.text[lexer.at + 1])))
      readNumber(lexer);
    else if (isLetter(character)) letterRun(lexer);
    else if (magnitudes.has(character) && lexer.atUnit()) {
      lexer.push("words", character);
      lexer.at++;
    } else sign(lexer, character);
  }
  return withoutTrailingPunctuation(lexer.tokens);
}

const signs = new Set("+-*/^_(){}[]|,;:.!'%&?\"=<>≤≥≠≈≡∈°±∓∪∩∖".split(""));

function sign(lexer: Lexer, character: string): void {
  const two = lexer.text.slice(lexer.at, lexer.at + 2);
  if (!signs.has(character)) notMathematics(`the character ${character}`);
  // `5!=120` is rare and `x != 3` is not.
  const comparison = relations.has(two) ? two : character;
  const name = relations.get(comparison);
  if (name !== undefined) {
    lexer.push("relation", name);
    lexer.at += comparison.length;
  } else if (two === "**") {
    lexer.push("sign", "^");
    lexer.at += 2;
  } else {
    lexer.push("sign", character);
    lexer.at++;
  }
}

function withoutTrailingPunctuation(tokens: Token[]): Token[] {
  const ends = (token: Token | undefined) =>
    token?.type === "sign" &&
    (".,;:?".includes(token.text) || token.text === "quad" || token.text === "\\\\");
  while (ends(tokens.at(-1))) tokens.pop();
  let start = 0;
  while (ends(tokens[start])) start++;
  return [...tokens.slice(start), END];
}
