/** Reads a flag's text as its schema's type. What cannot be read stays text, and the schema refuses it. */
import { isRecord, type SchemaNode } from "../config/schema-tree.js";

function number(text: string): number | string {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

/** A value of any type, as YAML reads it: `false`, `null`, `0.5`, `"false"` for the text, else the text as it stands. */
function scalar(text: string): unknown {
  if (["true", "false", "null"].includes(text) || /^".*"$/s.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return number(text);
}

const isNumber = ({ type }: SchemaNode): boolean => type === "integer" || type === "number";

/** `2=2,3=1`, or YAML's `{2: 2, 3: 1}`. */
function record(text: string, of: SchemaNode): unknown {
  const pairs = text
    .trim()
    .replace(/^\{(.*)\}$/, "$1")
    .split(",")
    .map((pair) => pair.split(/[=:]/).map((part) => part.trim()));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes(""))) return text;
  return Object.fromEntries(pairs.map(([key = "", value = ""]) => [key, flagValue(value, of)]));
}

/** `a,b`, or YAML's `[a, b]`. */
function list(text: string, of: SchemaNode): unknown {
  const items = text.trim().replace(/^\[(.*)\]$/, "$1");
  return items.split(",").map((item) => flagValue(item.trim(), of));
}

/** `given` is a boolean where the flag takes no value. */
export function flagValue(given: string | boolean, node: SchemaNode): unknown {
  if (typeof given === "boolean") return given;
  if (node.type === "array" && node.items) return list(given, node.items);
  if (Array.isArray(node.type)) return scalar(given);
  // A number or a text, such as 3 or 25%.
  if (node.anyOf?.some(isNumber)) return number(given);
  if (isRecord(node)) return record(given, node.additionalProperties as SchemaNode);
  return isNumber(node) ? number(given) : given;
}
