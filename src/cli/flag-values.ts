/** Reads a flag's text as its schema's type. What cannot be read stays text, and the schema refuses it. */
import { isRecord, type SchemaNode } from "../config/schema-tree.js";

function number(text: string): number | string {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

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

/** `given` is `true` for a boolean flag that stands alone. */
export function flagValue(given: string | true, node: SchemaNode): unknown {
  if (given === true) return true;
  if (isRecord(node)) return record(given, node.additionalProperties as SchemaNode);
  switch (node.type) {
    case "integer":
    case "number":
      return number(given);
    case "boolean":
      return given === "true" ? true : given === "false" ? false : given;
    default:
      return given;
  }
}
