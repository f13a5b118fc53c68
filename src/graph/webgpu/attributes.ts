/** Attributes of nodes as numbers. */
import type { Node } from "../graph.js";

/** 0 where it has none of the name. */
export function numberOf(node: Node, name: string): number {
  const attribute = node.attributes[name];
  return typeof attribute === "object" && "float" in attribute ? attribute.float : Number(attribute ?? 0);
}
