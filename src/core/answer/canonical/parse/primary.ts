/** What stands alone in an expression: numbers, names, brackets, bars. */
import {
  asExpression,
  call,
  constant,
  type Expression,
  power,
  type Structure,
  symbol,
} from "../expression.js";
import { shortWords } from "../latex/names.js";
import { notMathematics } from "../limits.js";
import { parseBrackets, parseGroup, parseSet } from "./answer.js";
import { operandCommands, parseCommand } from "./command.js";
import { type Cursor, numberText } from "./cursor.js";
import { parseSum } from "./expression.js";
import { parseFunction } from "./function.js";
import { mixed, parseNumber } from "./number.js";

/** The next token begins a factor. */
export function startsOperand(cursor: Cursor): boolean {
  const { type, text } = cursor.token;
  if (type === "number" || type === "letter" || type === "function") return true;
  if (type === "command") return operandCommands.has(text) || text.startsWith("begin ");
  if (type !== "sign") return false;
  return text === "(" || text === "[" || text === "{" || (text === "|" && cursor.bars === 0);
}

export function parsePrimary(cursor: Cursor): Structure {
  const { type, text } = cursor.token;
  if (type === "number")
    return text.endsWith("|||0") ? mixed(cursor, parseNumber(cursor)) : parseNumber(cursor);
  if (type === "letter") return parseName(cursor);
  if (type === "function") return parseFunction(cursor);
  if (type === "command") return cursor.deeper(() => parseCommand(cursor));
  if (type === "words") return word(cursor);
  if (type !== "sign") return notMathematics(`${text || "the end"} where an operand stands`);
  if (text === "(" || text === "[") return parseBrackets(cursor);
  if (text === "{") return parseGroup(cursor);
  if (text === "\\{") return parseSet(cursor);
  return text === "|" ? parseBars(cursor) : notMathematics(`${text} where an operand stands`);
}

/** A short name in upright letters, which is more than the whole answer. */
function word(cursor: Cursor): Expression {
  const alone = cursor.at === 0 && cursor.ahead(1).type === "end";
  const { text } = cursor.next();
  const isName = /^[A-Za-z]{2,3}$/.test(text) && !alone && !shortWords.has(text.toLowerCase());
  return isName ? symbol(text) : notMathematics("a word");
}

function parseBars(cursor: Cursor): Expression {
  cursor.expect("|");
  return cursor.inside(() => {
    cursor.bars = 1;
    const content = asExpression(parseSum(cursor));
    cursor.expect("|");
    return content.op === "matrix" ? call("det", content) : call("abs", content);
  });
}

/** A variable with its subscripts and primes; `e` and `i` alone are the constants. */
function parseName(cursor: Cursor): Expression {
  const letter = cursor.next().text;
  let name = letter;
  while (cursor.is("_") || cursor.is("'")) name += cursor.is("_") ? subscript(cursor) : cursor.next().text;
  if (name === "e") return constant("e");
  if (name === "i") return constant("i");
  const called = /^[A-Z]$/.test(name) && cursor.is("(") && !cursor.token.spaced && numberAlone(cursor);
  if ((/^[fgh]['_]?/.test(name) && cursor.is("(")) || called) {
    const inside = parseBrackets(cursor);
    const parts = inside.op === "list" ? inside.items.map(asExpression) : [asExpression(inside)];
    return call(`${name}()`, ...parts);
  }
  if (
    /^[fgh]/.test(name) &&
    cursor.is("^") &&
    cursor.ahead(1).text === "{" &&
    cursor.is("-", 2) &&
    cursor.ahead(3).text === "1|||0" &&
    cursor.is("(", 5)
  ) {
    cursor.at += 5;
    return call(`${name}^-1()`, asExpression(parseBrackets(cursor)));
  }
  return symbol(name);
}

/** `(0)`: of a capital before it that is the value of a function, and no product. */
function numberAlone(cursor: Cursor): boolean {
  const by = cursor.is("-", 1) ? 2 : 1;
  return cursor.ahead(by).type === "number" && cursor.is(")", by + 1);
}

/** `_{n+1}` as a part of a name. */
export function subscript(cursor: Cursor): string {
  cursor.expect("_");
  if (cursor.takes("{")) return `_${cursor.raw()}`;
  const { type, text } = cursor.next();
  if (type === "end") notMathematics("a subscript is missing");
  return `_${type === "number" ? numberText(text) : text}`;
}

/** A function's value to a power, where one is given before its argument. */
export const toPower = (value: Expression, exponent: Expression | null): Expression =>
  exponent === null ? value : power(value, exponent);
