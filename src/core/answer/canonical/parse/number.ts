/** Numbers, with the repeating decimals and mixed numbers that they are the beginning of. */
import {
  add,
  asExpression,
  decimal,
  divide,
  type Expression,
  integer,
  multiply,
  symbol,
} from "../expression.js";
import { parseCommand } from "./command.js";
import { type Cursor, numberText } from "./cursor.js";
import { subscript } from "./primary.js";

export function parseNumber(cursor: Cursor): Expression {
  const { text } = cursor.next();
  const [whole = "", fraction = "", repetend = "", exponent = "0"] = text.split("|");
  if (cursor.is("_")) return symbol(numberText(text) + subscript(cursor));
  return repetend === "" ? decimal(whole, fraction, Number(exponent)) : repeating(whole, fraction, repetend);
}

/** `0.1\overline{6}` = 1/6. */
function repeating(whole: string, fraction: string, repetend: string): Expression {
  const tail = divide(
    integer(BigInt(repetend)),
    integer((10n ** BigInt(repetend.length) - 1n) * 10n ** BigInt(fraction.length)),
  );
  const head = divide(integer(BigInt(`0${whole}${fraction}`)), integer(10n ** BigInt(fraction.length)));
  return add(head, tail);
}

/** `2\frac{2}{3}` and `2 2/3` are sums where the fraction is a proper one. */
export function mixed(cursor: Cursor, whole: Expression): Expression {
  const start = cursor.at;
  const proper = (n: Expression, d: Expression) =>
    n.op === "number" &&
    d.op === "number" &&
    n.value.d === 1n &&
    d.value.d === 1n &&
    n.value.n > 0n &&
    n.value.n < d.value.n;
  if (
    cursor.token.type === "number" &&
    cursor.token.spaced &&
    cursor.is("/", 1) &&
    cursor.ahead(2).type === "number"
  ) {
    const [n, d] = [plainInteger(cursor), cursor.next() && plainInteger(cursor)];
    if (proper(n, d)) return add(whole, divide(n, d));
  } else if (cursor.isCommand("frac") && cursor.ahead(2).type !== "letter") {
    const fraction = asExpression(parseCommand(cursor));
    // Digits without braces, `2\frac23`, are at the same place.
    if (fraction.op === "number" && fraction.value.n > 0n && fraction.value.n < fraction.value.d)
      return add(whole, fraction);
    return multiply(whole, fraction);
  }
  cursor.at = start;
  return whole;
}

function plainInteger(cursor: Cursor): Expression {
  const [whole = "", fraction = "", repetend = ""] = cursor.next().text.split("|");
  return fraction === "" && repetend === "" && whole.length < 100
    ? integer(BigInt(whole || "0"))
    : integer(0);
}
