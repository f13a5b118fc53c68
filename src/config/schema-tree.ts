/**
 * A config schema as plain data. The zod schemas are the one source of truth; their JSON Schema is what the
 * command line's options, the help, the suggestions and the editors' completion are all made from.
 */
import { z } from "zod";

/** The part of JSON Schema (draft 2020-12) that our configs use. */
export interface SchemaNode {
  /** Several, where any of them will do. */
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
}

/** Keys from the root of a config, outermost first. */
export type ConfigPath = readonly string[];

/** A value that can be given on its own: a number, a text, a choice, a map. */
export interface Leaf {
  readonly path: ConfigPath;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** The JSON Schema of what a user may write (before defaults are filled in). */
export function schemaTree(schema: z.ZodType): SchemaNode {
  const json = z.toJSONSchema(schema, {
    io: "input",
    // zod bounds whole numbers by what a double holds exactly; in a help text or an editor that is noise.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return json as SchemaNode;
}

/** The object form of a node: itself, or the object among its alternatives. */
function objectForm(node: SchemaNode): SchemaNode | undefined {
  if (node.properties !== undefined) return node;
  return node.anyOf?.find((branch) => branch.properties !== undefined);
}

/** A map from free keys to values, such as the weights of levels. */
export function isRecord(node: SchemaNode): boolean {
  return node.properties === undefined && typeof node.additionalProperties === "object";
}

/** Names of the keys that may stand in an object node. */
export function keysOf(node: SchemaNode): string[] {
  return Object.keys(objectForm(node)?.properties ?? {});
}

/** The node at a path, or undefined where the schema has none. */
export function nodeAt(root: SchemaNode, path: ConfigPath): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const key of path) {
    if (node === undefined) return undefined;
    if (isRecord(node)) node = node.additionalProperties as SchemaNode;
    else if (node.type === "array") node = node.items;
    else node = objectForm(node)?.properties?.[key];
  }
  return node;
}

/** Every leaf below a node, in the order of the schema; a leaf is required where all keys on its path are. */
export function leavesOf(node: SchemaNode, path: ConfigPath = [], required = true): Leaf[] {
  // A number or a text is one value; a text or a map is several.
  if (node.anyOf?.some(({ properties }) => properties !== undefined)) {
    const described = (branch: SchemaNode) =>
      branch.description === undefined && node.description !== undefined
        ? { ...branch, description: node.description }
        : branch;
    return node.anyOf.flatMap((branch) =>
      branch.properties === undefined
        ? [{ path, node: described(branch), required: false }]
        : leavesOf(branch, path, false),
    );
  }
  if (node.properties === undefined) return [{ path, node, required }];
  return Object.entries(node.properties).flatMap(([key, child]) =>
    leavesOf(child, [...path, key], required && (node.required ?? []).includes(key)),
  );
}
