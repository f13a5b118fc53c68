/** Kinds of answers, for display. */
import { type Structure, walk } from "./expression.js";
import { namedValues } from "./name-of-value.js";

export const answerKinds = [
  "integer",
  "rational",
  "decimal",
  "percentage",
  "expression",
  "equation",
  "relation",
  "interval",
  "set",
  "tuple",
  "matrix",
  "ratio",
  "text",
  "choice",
  "datetime",
  "quantity",
  "code",
] as const;

export type AnswerKind = (typeof answerKinds)[number];

/** Of an answer that was read as `node` from `text`, with its key. */
export function kindOf(node: Structure, key: string, text: string): AnswerKind {
  if (node.op === "list") return listKind(node);
  if (node.op === "sets" || node.op === "builder") return /[[(]/.test(key) ? "interval" : "set";
  if (node.op === "relation")
    return node.signs.every((sign) => sign === "=" || sign === "≈") ? "equation" : "relation";
  if (node.op === "ratio") return /^([01]?\d|2[0-3]):[0-5]\d$/.test(key) ? "datetime" : "ratio";
  if (node.op === "symbol") return /^[A-J]$/.test(node.name) ? "choice" : "expression";
  if (node.op === "matrix" || key.startsWith("[[")) return "matrix";
  return numberKind(key, text) ?? (hasEither(node) ? "set" : "expression");
}

function listKind(list: Structure & { op: "list" }): AnswerKind {
  const { open, close, items } = list;
  if (namedValues(list) !== null) return "tuple";
  if (open === "" || open === "{") return "set";
  return items.length === 2 && (open === "[" || close === "]" || items.some(isInfinite))
    ? "interval"
    : "tuple";
}

function isInfinite(node: Structure): boolean {
  let found = false;
  walk(node, (part) => {
    found ||= part.op === "constant" && part.name === "infinity";
  });
  return found;
}

const hasEither = (node: Structure) =>
  node.op === "either" || (node.op === "add" && node.parts.some((p) => p.op === "either"));

function numberKind(key: string, text: string): AnswerKind | null {
  if (!/^(≈)?[-\d]/.test(key) || key.endsWith("i")) return null;
  if (/%|percent/.test(text)) return "percentage";
  if (
    /\\(text|mathrm|mbox|circ)|°|[A-Za-z]{2}$/.test(text) &&
    !/\\(sqrt|frac|pi|log|ln|sin|cos|tan)/.test(text)
  )
    return "quantity";
  if (key.startsWith("≈")) return /\.\d/.test(text) ? "decimal" : "expression";
  if (/\d\.\d|^\.\d/.test(text)) return "decimal";
  return key.includes("/") ? "rational" : "integer";
}
