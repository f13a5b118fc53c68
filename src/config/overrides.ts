/** A schema of changes to a configuration: the same keys and checks, each of which may be left out, none with a default. */
import { z } from "zod";

/** `schema` without defaults and with every key optional, at every depth; descriptions stay. Checks between keys are not kept. */
export function changesTo(schema: z.ZodType): z.ZodType {
  const bare = bareOf(schema);
  const changes =
    bare instanceof z.ZodObject
      ? z.strictObject(
          Object.fromEntries(
            Object.entries(bare.shape).map(([key, child]) => [key, changesTo(child as z.ZodType)]),
          ),
        )
      : bare;
  const description = schema.description ?? bare.description;
  return description === undefined ? changes.optional() : changes.optional().describe(description);
}

function bareOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return bareOf(schema.unwrap() as z.ZodType);
  return schema;
}

/** The values of a change by dotted path; a list is one value. */
export function pathsOf(changes: object, prefix = ""): [path: string, value: unknown][] {
  return Object.entries(changes).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return [];
    const path = `${prefix}${key}`;
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    return isMap ? pathsOf(value, `${path}.`) : [[path, value]];
  });
}
