/** Answers as structures: lists, relations, ratios and sets of expressions. */
import { asExpression, type Structure, symbol } from "../expression.js";
import type { ReadingOptions } from "../latex/lexer.js";
import { tokensOf } from "../latex/lexer.js";
import { withRoundBrackets } from "../latex/reversed.js";
import { notMathematics } from "../limits.js";
import { Cursor } from "./cursor.js";
import { parseSum } from "./expression.js";

/** Reads a whole text. Throws `NotMathematics` where it is none. */
export function parseAnswer(text: string, options: ReadingOptions = {}): Structure {
  const cursor = new Cursor(tokensOf(withRoundBrackets(text), options));
  const answer = parseList(cursor);
  return cursor.token.type === "end" ? answer : notMathematics(`${cursor.token.text} after the answer`);
}

/** Items that commas, semicolons, wide blanks, `and` or `or` separate; a single one stands for itself. */
function parseList(cursor: Cursor): Structure {
  const items = [parseRelation(cursor)];
  let joined: "," | "and" | "or" = ",";
  for (;;) {
    const separator = takeSeparator(cursor);
    if (separator === null) break;
    if (separator !== ",") joined = separator;
    items.push(parseRelation(cursor));
  }
  return items.length === 1 ? items[0]! : { op: "list", open: "", close: "", items, joined };
}

function takeSeparator(cursor: Cursor): "," | "and" | "or" | null {
  let found: "," | "and" | "or" | null = null;
  for (;;) {
    const { type, text } = cursor.token;
    const word = type === "words" ? text.toLowerCase() : "";
    if (type === "sign" && (text === "," || text === ";" || text === "quad")) found ??= ",";
    else if (word === "and" || word === "or") found = word;
    else if (found === null && text === ":" && cursor.ahead(1).type === "sign") return cursor.next() && ",";
    else return found;
    cursor.next();
  }
}

/** `A(1, 2)` names a point; `C(5, 2)` and `P(5, 2)` may be numbers of choices. */
function skipPointName(cursor: Cursor): void {
  const { type, text } = cursor.token;
  if (type !== "letter" || !/^[ABDEFGHKLMNOQRSTVWXYZ]$/.test(text) || !cursor.is("(", 1)) return;
  const inside = cursor.ahead(1).depth + 1;
  for (let by = 2; cursor.ahead(by).type !== "end" && cursor.ahead(by).depth >= inside; by++)
    if (cursor.is(",", by) && cursor.ahead(by).depth === inside) {
      cursor.next();
      return;
    }
}

/** `\text{Area} = 12`, `Length: 5`: words that name the value behind them. */
function namedByWords(cursor: Cursor): Structure | null {
  const start = cursor.at;
  let name = "";
  while (cursor.token.type === "words") name += ` ${cursor.next().text.toLowerCase()}`;
  const isEquals = cursor.token.type === "relation" && cursor.token.text === "=";
  if (name !== "" && isEquals) return symbol(`words${name}`);
  if (name === "" || !cursor.takes(":")) cursor.at = start;
  return null;
}

function parseRelation(cursor: Cursor): Structure {
  // `= 5` and `≈ 5` continue something that stands before the answer.
  if (cursor.token.type === "relation" && "=≈".includes(cursor.token.text)) cursor.next();
  while (cursor.is("quad")) cursor.next();
  const parts = [namedByWords(cursor) ?? definedName(cursor) ?? parseRatio(cursor)];
  const signs: string[] = [];
  while (cursor.token.type === "relation") {
    signs.push(cursor.next().text);
    parts.push(parseRatio(cursor));
  }
  return signs.length === 0 ? parts[0]! : { op: "relation", parts, signs };
}

/** `f(x)`, `f^{-1}(x)`, `P(A | B)` before an equals sign: the name of what is defined. */
function definedName(cursor: Cursor): Structure | null {
  const start = cursor.at;
  if (cursor.token.type !== "letter") return null;
  let name = cursor.next().text;
  for (; cursor.is("^") || cursor.is("_") || cursor.is("'"); cursor.next()) {
    name += cursor.token.text;
    if (cursor.is("'")) continue;
    const inverse = cursor.is("^") && cursor.is("-", 2) && cursor.ahead(3).text === "1|||0";
    if (cursor.is("^") && !inverse) break;
    cursor.next();
    if (!cursor.is("{")) name += cursor.token.text;
    else while (!cursor.is("}") && cursor.ahead(0).type !== "end") name += cursor.next().text;
  }
  if (cursor.is("(")) {
    const { depth } = cursor.token;
    do name += cursor.next().text;
    while (cursor.ahead(0).type !== "end" && !(cursor.is(")") && cursor.token.depth === depth));
    cursor.next();
    if (cursor.ahead(0).text === "=") return symbol(`${name})`);
  }
  cursor.at = start;
  skipPointName(cursor);
  return null;
}

function parseRatio(cursor: Cursor): Structure {
  const parts = [parseSets(cursor)];
  while (cursor.is(":") && !"([{|\\{".includes(cursor.ahead(1).text)) {
    cursor.next();
    parts.push(parseSets(cursor));
  }
  return parts.length === 1 ? parts[0]! : { op: "ratio", parts };
}

const setSigns = ["∪", "∩", "∖"] as const;

function parseSets(cursor: Cursor): Structure {
  let left = parseSum(cursor);
  for (;;) {
    const sign = setSigns.find((candidate) => cursor.is(candidate));
    if (sign === undefined) return left;
    cursor.next();
    left = { op: "sets", sign, parts: [left, parseSum(cursor)] };
  }
}

/** `(…)`, `[…]`, `(…]`, `[…)`: brackets around one expression, a tuple, or an interval. */
export function parseBrackets(cursor: Cursor): Structure {
  const open = cursor.next().text;
  return cursor.inside(() => {
    const content = parseList(cursor);
    const close = cursor.next().text;
    if (close !== ")" && close !== "]") notMathematics("brackets do not close");
    const matching = (open === "(") === (close === ")");
    if (content.op === "list" && content.open === "") return { ...content, open, close };
    return matching ? content : notMathematics("brackets do not match");
  });
}

/** `{…}`: what it holds; a list is then still a bare one. */
export function parseGroup(cursor: Cursor): Structure {
  cursor.expect("{");
  return cursor.inside(() => {
    const content = parseList(cursor);
    cursor.expect("}");
    return content;
  });
}

/** `\{…\}`: the elements of a set, or `\{x \mid condition\}`. */
export function parseSet(cursor: Cursor): Structure {
  cursor.expect("\\{");
  return cursor.inside(() => {
    if (cursor.takes("\\}")) return { op: "list", open: "{", close: "}", items: [], joined: "," };
    const bar = builderBar(cursor);
    if (bar > 0) cursor.at += bar + 1;
    const content = parseList(cursor);
    cursor.expect("\\}");
    if (bar > 0) return { op: "builder", condition: content };
    const items = content.op === "list" && content.open === "" ? content.items : [content];
    return { op: "list", open: "{", close: "}", items, joined: "," };
  });
}

/** How far ahead the bar of `x |` or `x ∈ \mathbb{R} :` stands; 0 where there is none. */
function builderBar(cursor: Cursor): number {
  if (cursor.token.type !== "letter") return 0;
  const isBar = (by: number) => cursor.is("|", by) || cursor.is("mid", by) || cursor.is(":", by);
  if (isBar(1)) return 1;
  if (cursor.ahead(1).text !== "∈") return 0;
  const after = cursor.is("{", 3) && cursor.is("}", 5) ? 6 : 3;
  return isBar(after) ? after : 0;
}

/** Braces of either kind around one expression. */
export const parseArgument = (cursor: Cursor) => asExpression(parseGroup(cursor));
