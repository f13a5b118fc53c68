/** Functions and their arguments: `\sin^2 x`, `\log_2 8`, `\max(1, 2)`. */
import {
  asExpression,
  call,
  divide,
  type Expression,
  integer,
  isNumber,
  multiply,
  walk,
} from "../expression.js";
import { inverseOf, listFunctions, ofAngles } from "../latex/names.js";
import { notMathematics } from "../limits.js";
import { parseBrackets } from "./answer.js";
import type { Cursor } from "./cursor.js";
import { parseExponent, parsePower } from "./expression.js";
import { parsePrimary, startsOperand, toPower } from "./primary.js";

export function parseFunction(cursor: Cursor): Expression {
  const { text } = cursor.next();
  if (listFunctions.has(text)) return ofList(cursor, text);
  let [name, base, exponent] = [text, null as Expression | null, null as Expression | null];
  while (cursor.is("_") || cursor.is("^")) {
    const isBase = cursor.next().text === "_";
    const value = parseExponent(cursor);
    if (isBase) base = value;
    else if (isNumber(value, -1) && inverseOf.has(name)) name = inverseOf.get(name)!;
    else exponent = value;
  }
  const argument = cursor.ofAngle(ofAngles.has(name), () => cursor.deeper(() => parseApplied(cursor)));
  return toPower(applied(name, argument, base), exponent);
}

function applied(name: string, argument: Expression, base: Expression | null): Expression {
  if (base !== null && name !== "ln") notMathematics("a subscript of a function");
  if (name === "lg" || name === "lb")
    return divide(call("ln", argument), call("ln", integer(name === "lg" ? 10 : 2)));
  return base === null ? call(name, argument) : divide(call("ln", argument), call("ln", base));
}

/** An argument in brackets, or the factors that follow: up to a bracket, unless only numbers stand before it. */
function parseApplied(cursor: Cursor): Expression {
  const { text } = cursor.token;
  if (text === "(" || text === "[" || text === "{" || text === "|") return asExpression(parsePrimary(cursor));
  let argument = asExpression(
    cursor.takes("-") ? multiply(integer(-1), asExpression(parsePower(cursor))) : parsePower(cursor),
  );
  while (startsOperand(cursor) && cursor.token.type !== "function" && cursor.token.type !== "number") {
    if ((cursor.is("(") || cursor.is("[")) && mentions(argument, "symbol")) break;
    argument = multiply(argument, asExpression(parsePower(cursor)));
  }
  if (
    cursor.is("/") &&
    cursor.ahead(1).type === "number" &&
    mentions(argument, "constant") &&
    !mentions(argument, "symbol")
  ) {
    cursor.next();
    argument = divide(argument, asExpression(parsePower(cursor)));
  }
  return argument;
}

function mentions(expression: Expression, op: "symbol" | "constant"): boolean {
  let found = false;
  walk(expression, (node) => {
    found ||= node.op === op;
  });
  return found;
}

function ofList(cursor: Cursor, name: string): Expression {
  if (cursor.is("_")) notMathematics("an extremum over a set");
  if (!cursor.is("(")) notMathematics(`${name} without brackets`);
  const inside = parseBrackets(cursor);
  return call(name, ...(inside.op === "list" ? inside.items.map(asExpression) : [asExpression(inside)]));
}
