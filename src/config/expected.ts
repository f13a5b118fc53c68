/** What a schema node accepts, in words for a person: `a positive whole number`, `one of: rloo, grpo`. */
import { isRecord, type SchemaNode } from "./schema-tree.js";

function bounds(node: SchemaNode, noun: string, article: string): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = node;
  const upper =
    maximum !== undefined
      ? `at most ${maximum}`
      : exclusiveMaximum !== undefined
        ? `below ${exclusiveMaximum}`
        : "";
  if (minimum !== undefined && maximum !== undefined)
    return `${article} ${noun} from ${minimum} to ${maximum}`;
  if (exclusiveMinimum === 0) return `a positive ${noun}${upper && `, ${upper}`}`;
  const lower =
    minimum !== undefined
      ? `${minimum} or more`
      : exclusiveMinimum !== undefined
        ? `above ${exclusiveMinimum}`
        : "";
  return [`${article} ${noun}`, lower, upper].filter((part) => part !== "").join(", ");
}

export function expected(node: SchemaNode): string {
  if (node.enum !== undefined) return `one of: ${node.enum.join(", ")}`;
  if (node.anyOf !== undefined) return node.anyOf.map(expected).join(", or ");
  if (Array.isArray(node.type)) return node.type.map((type) => expected({ ...node, type })).join(", or ");
  switch (node.type) {
    case "integer":
      return bounds(node, "whole number", "a");
    case "number":
      return bounds(node, "number", "a");
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list${node.items === undefined ? "" : `, each ${expected(node.items)}`}`;
    case "object":
      if (isRecord(node)) return `a map, each value ${expected(node.additionalProperties as SchemaNode)}`;
      return `a map with the keys ${Object.keys(node.properties ?? {}).join(", ")}`;
    default:
      return node.pattern !== undefined && node.description !== undefined ? node.description : "a text";
  }
}

/** A default as one would type it. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
