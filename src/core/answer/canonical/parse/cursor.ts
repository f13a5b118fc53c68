/** Where the parser is among the tokens. */
import type { Expression } from "../expression.js";
import { END, type Token } from "../latex/token.js";
import { DEPTH, notMathematics } from "../limits.js";

export class Cursor {
  at = 0;
  /** Bars `|` that are open in the present brackets. */
  bars = 0;
  /** In the argument of a sine: `30^\circ` is an angle of π/6 there, and the number 30 elsewhere. */
  angles = false;
  private depth = 0;

  constructor(private readonly tokens: Token[]) {}

  get token(): Token {
    return this.tokens[this.at] ?? END;
  }

  ahead(by: number): Token {
    return this.tokens[this.at + by] ?? END;
  }

  next(): Token {
    const token = this.token;
    this.at++;
    return token;
  }

  is(sign: string, by = 0): boolean {
    const token = this.ahead(by);
    return token.type === "sign" && token.text === sign;
  }

  isCommand(name: string, by = 0): boolean {
    const token = this.ahead(by);
    return token.type === "command" && token.text === name;
  }

  takes(sign: string): boolean {
    const found = this.is(sign);
    if (found) this.at++;
    return found;
  }

  expect(sign: string): void {
    if (!this.takes(sign)) notMathematics(`${sign} was expected, not ${this.token.text}`);
  }

  /** Puts what is left of the present token in its place. */
  replace(token: Token): void {
    this.tokens[this.at] = token;
  }

  /** Reads inside brackets: the bars outside do not count there. */
  inside<T>(read: () => T): T {
    const { bars } = this;
    this.bars = 0;
    const result = this.deeper(read);
    this.bars = bars;
    return result;
  }

  /** Reads what nests without brackets: an open bar closes there, as in `|\sin x|`. */
  deeper<T>(read: () => T): T {
    if (++this.depth > DEPTH) notMathematics("nested too deeply");
    const result = read();
    this.depth--;
    return result;
  }

  /** Reads an argument whose degrees are angles. */
  ofAngle(angles: boolean, read: () => Expression): Expression {
    const before = this.angles;
    this.angles = before || angles;
    const result = read();
    this.angles = before;
    return result;
  }

  /** The texts of the tokens up to the brace that closes the present group, which is read past. */
  raw(): string {
    let text = "";
    for (let open = 1; ; ) {
      const token = this.next();
      if (token.type === "end") notMathematics("unbalanced braces");
      if (token.type === "sign" && token.text === "{") open++;
      if (token.type === "sign" && token.text === "}" && --open === 0) return text;
      text += token.type === "number" ? numberText(token.text) : token.text;
    }
  }
}

/** A number token as it was written, but for zeros and separators: `1.5`. */
export function numberText(text: string): string {
  const [whole, fraction, repetend] = text.split("|");
  return `${whole}${fraction || repetend ? "." : ""}${fraction}${repetend}`;
}
