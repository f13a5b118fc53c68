/** Commands that are operands: fractions, roots, sums, matrices, constants. */
import {
  asExpression,
  call,
  constant,
  divide,
  type Expression,
  integer,
  power,
  type Structure,
  symbol,
} from "../expression.js";
import { notMathematics } from "../limits.js";
import { parseArgument, parseBrackets } from "./answer.js";
import { parseBound } from "./bound.js";
import type { Cursor } from "./cursor.js";
import { parseExponent, parsePower, parseSum } from "./expression.js";
import { parseMatrix } from "./matrix.js";

const accents: ReadonlySet<string> = new Set(
  "hat bar tilde dot ddot overline underline widehat widetilde overrightarrow overleftarrow".split(" "),
);
const bounds: ReadonlySet<string> = new Set(["sum", "prod", "lim"]);
const others = "frac sqrt cbrt binom infty pi emptyset mathbb lfloor lceil triangle angle partial nabla log2";

export const operandCommands: ReadonlySet<string> = new Set([...accents, ...bounds, ...others.split(" ")]);

/** `\angle` and such stand before a name and belong to it. */
const marks: ReadonlySet<string> = new Set(["triangle", "angle", "partial", "nabla"]);

export function parseCommand(cursor: Cursor): Structure {
  const name = cursor.next().text;
  if (accents.has(name)) return accented(cursor, name);
  if (bounds.has(name)) return parseBound(cursor, name);
  if (marks.has(name)) return symbol(name);
  if (name.startsWith("begin ")) return parseMatrix(cursor, name.slice("begin ".length));
  switch (name) {
    case "frac":
      return fraction(cursor);
    case "binom":
      return call("binomial", fractionPart(cursor), fractionPart(cursor));
    case "sqrt":
      return root(cursor);
    case "cbrt":
      return power(radicand(cursor), divide(integer(1), integer(3)));
    case "infty":
      return constant("infinity");
    case "pi":
      return constant("pi");
    case "emptyset":
      return { op: "list", open: "{", close: "}", items: [], joined: "," };
    case "mathbb":
      return symbol(`mathbb ${argumentText(cursor)}`);
    case "lfloor":
    case "lceil":
      return rounded(cursor, name === "lfloor" ? "floor" : "ceil");
    default:
      return notMathematics(`the command \\${name}`);
  }
}

function accented(cursor: Cursor, name: string): Expression {
  return symbol(`${name} ${argumentText(cursor)}`);
}

function argumentText(cursor: Cursor): string {
  return cursor.takes("{") ? cursor.raw() : cursor.next().text;
}

function fraction(cursor: Cursor): Expression {
  const derivative = derivativeName(cursor);
  if (derivative !== null) return derivative;
  const above = beginsWithD(cursor);
  const numerator = fractionPart(cursor);
  if (above && beginsWithD(cursor)) notMathematics("a derivative");
  return divide(numerator, fractionPart(cursor));
}

/** `\frac{dy}{dx}`, as a name of what it is. */
function derivativeName(cursor: Cursor): Expression | null {
  const differentialAt = (by: number): string | null =>
    cursor.is("{", by) &&
    cursor.ahead(by + 1).text === "d" &&
    cursor.ahead(by + 2).type === "letter" &&
    cursor.is("}", by + 3)
      ? `d${cursor.ahead(by + 2).text}`
      : null;
  const [above, below] = [differentialAt(0), differentialAt(4)];
  if (above === null || below === null) return null;
  cursor.at += 8;
  return symbol(`${above}/${below}`);
}

const beginsWithD = (cursor: Cursor) =>
  cursor.is("{") && (cursor.ahead(1).text === "d" || cursor.isCommand("partial", 1));

/** A group, or one token: TeX takes one digit of `\frac12`. */
function fractionPart(cursor: Cursor): Expression {
  const { token } = cursor;
  if (token.type !== "number")
    return cursor.is("{") ? parseArgument(cursor) : asExpression(parsePower(cursor));
  const [whole = "", ...rest] = token.text.split("|");
  if (whole.length > 1) cursor.replace({ ...token, text: [whole.slice(1), ...rest].join("|") });
  else cursor.next();
  return integer(BigInt(whole.slice(0, 1) || "0"));
}

function root(cursor: Cursor): Expression {
  let degree: Expression = integer(2);
  if (cursor.is("[")) degree = asExpression(parseBrackets(cursor));
  return power(radicand(cursor), divide(integer(1), degree));
}

const radicand = (cursor: Cursor): Expression =>
  cursor.is("{") ? parseArgument(cursor) : parseExponent(cursor);

function rounded(cursor: Cursor, name: "floor" | "ceil"): Expression {
  const content = asExpression(cursor.inside(() => parseSum(cursor)));
  if (!cursor.isCommand(name === "floor" ? "rfloor" : "rceil")) notMathematics("a floor that does not end");
  cursor.next();
  return call(name, content);
}
