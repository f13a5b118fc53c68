/** Sums, products and powers, by recursive descent. */
import {
  add,
  asExpression,
  call,
  constant,
  divide,
  type Expression,
  integer,
  isNumber,
  multiply,
  negative,
  power,
  ratio,
  type Structure,
} from "../expression.js";
import { notMathematics } from "../limits.js";
import { rational } from "../math/rational.js";
import { parseArgument } from "./answer.js";
import { takeCompound } from "./compound.js";
import type { Cursor } from "./cursor.js";
import { parseNumber } from "./number.js";
import { parsePrimary, startsOperand } from "./primary.js";
import { takeUnits } from "./units.js";

export function parseSum(cursor: Cursor): Structure {
  const first = parseProduct(cursor);
  // Added at the end, in one pass over all of them.
  const terms: Expression[] = [];
  for (;;) {
    const sign = ["+", "-", "±", "∓"].find((candidate) => cursor.is(candidate));
    if (sign === undefined) return terms.length === 0 ? first : add(...terms);
    if (terms.length === 0) terms.push(asExpression(first));
    cursor.next();
    terms.push(signed(sign, asExpression(parseProduct(cursor))));
  }
}

function signed(sign: string, part: Expression): Expression {
  if (sign === "+") return part;
  return sign === "-" ? negative(part) : { op: "either", upper: sign === "±" ? 1 : -1, part };
}

/** Factors with `*`, `/` or nothing between them. */
export function parseProduct(cursor: Cursor): Structure {
  let left = parseSigned(cursor);
  // Multiplied when they are needed, in one pass over all of them.
  let factors: Expression[] = [];
  let scaled = false;
  const times = (factor: Expression): void => {
    if (factors.length === 0) factors.push(asExpression(left));
    factors.push(factor);
  };
  const product = (): Structure => {
    if (factors.length > 0) left = multiply(...factors);
    factors = [];
    return left;
  };
  for (;;) {
    if (cursor.takes("*")) times(asExpression(parseSigned(cursor)));
    else if (cursor.takes("/")) times(divide(integer(1), asExpression(parseSigned(cursor))));
    else if (cursor.isCommand("bmod")) {
      cursor.next();
      left = call("mod", asExpression(product()), asExpression(parseSigned(cursor)));
    } else if (cursor.token.type === "words") {
      const unit = cursor.token.text;
      const factor = takeUnits(cursor, product());
      if (factor === null) return left;
      // In `10 million / 5 million` the second word is not the first number's.
      if (!isNumber(factor, 1) && scaled) notMathematics("two words that multiply");
      scaled ||= !isNumber(factor, 1);
      times(factor);
      left = takeCompound(cursor, product(), unit);
    } else if (startsOperand(cursor)) {
      if (cursor.token.type === "number" && cursor.ahead(-1).type === "number")
        notMathematics("numbers side by side");
      times(asExpression(parsePower(cursor)));
    } else return product();
  }
}

function parseSigned(cursor: Cursor): Structure {
  const sign = ["+", "-", "±", "∓"].find((candidate) => cursor.is(candidate));
  if (sign === undefined) return parsePower(cursor);
  cursor.next();
  return cursor.deeper(() => {
    const operand = parseSigned(cursor);
    return sign === "+" ? operand : signed(sign, asExpression(operand));
  });
}

/** A primary with what is raised, or stands, behind it: `x^2`, `5!`, `50%`, `30^\circ`. */
export function parsePower(cursor: Cursor): Structure {
  let base = parsePrimary(cursor);
  for (;;) {
    if (cursor.takes("!")) {
      if (cursor.is("!")) notMathematics("a double factorial");
      base = call("factorial", asExpression(base));
    } else if (cursor.takes("%")) base = multiply(asExpression(base), ratio(rational(1n, 100n)));
    else if (cursor.isCommand("circ") || cursor.is("°")) {
      cursor.next();
      base = degrees(cursor, asExpression(base));
    } else if (cursor.takes("^")) base = raised(cursor, asExpression(base));
    else return base;
  }
}

const degrees = (cursor: Cursor, base: Expression) =>
  cursor.angles ? multiply(base, constant("pi"), ratio(rational(1n, 180n))) : base;

function raised(cursor: Cursor, base: Expression): Expression {
  if (cursor.isCommand("circ") || cursor.is("°")) {
    cursor.next();
    return degrees(cursor, base);
  }
  if (cursor.is("{") && cursor.is("}", 2)) {
    if (cursor.isCommand("circ", 1) || cursor.is("°", 1)) {
      cursor.at += 3;
      return degrees(cursor, base);
    }
    if (base.op === "matrix" && isTransposition(cursor, 1)) {
      cursor.at += 3;
      return transposed(base);
    }
  }
  if (base.op === "matrix" && isTransposition(cursor, 0)) {
    cursor.next();
    return transposed(base);
  }
  return power(base, parseExponent(cursor));
}

const isTransposition = (cursor: Cursor, by: number) =>
  cursor.ahead(by).text === "T" || cursor.isCommand("top", by);

function transposed(matrix: Expression & { op: "matrix" }): Expression {
  const rows = (matrix.rows[0] ?? []).map((_, column) => matrix.rows.map((row) => row[column]!));
  return { op: "matrix", rows };
}

export function parseExponent(cursor: Cursor): Expression {
  if (cursor.is("{")) return parseArgument(cursor);
  if (cursor.takes("-")) return negative(parseExponent(cursor));
  if (cursor.takes("+")) return parseExponent(cursor);
  if (cursor.is("*")) {
    cursor.next();
    return integer(1);
  }
  // No mixed number begins in `x^2\frac{1}{2}`.
  if (cursor.token.type === "number") return parseNumber(cursor);
  // `2^x^2` is 2^(x^2).
  const exponent = asExpression(parsePrimary(cursor));
  return cursor.takes("^") ? cursor.deeper(() => power(exponent, parseExponent(cursor))) : exponent;
}
