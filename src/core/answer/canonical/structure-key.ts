/** Keys of structures: lists, sets, tuples, intervals and ratios. */
import { asExpression, type Structure, walk } from "./expression.js";
import { type Context, expressionKey, orderOf } from "./fingerprint.js";
import { notMathematics } from "./limits.js";
import { namedValues } from "./name-of-value.js";
import {
  ALL,
  complement,
  type End,
  finiteKey,
  intersection,
  points,
  type RealSet,
  realSetKey,
  union,
} from "./real-set.js";
import { inequality, relationKey } from "./relation-key.js";

/** The key of an answer. What has a ± stands for two answers. */
export function structureKey(node: Structure, context: Context): string {
  return finiteKey(elementKeys(node, context));
}

/** Keys of the elements that a node contributes to a set: several for a bare list, and for a ±. */
function elementKeys(node: Structure, context: Context): string[] {
  if (node.op === "list" && (node.open === "" || node.open === "{")) {
    const named = namedValues(node);
    if (named !== null) return [`(${named.map((item) => structureKey(item, context)).join(", ")})`];
    const set = node.open === "" ? joinedSet(node, context) : null;
    return set === null ? node.items.flatMap((item) => elementKeys(item, context)) : [realSetKey(set)];
  }
  const signs = hasEither(node) ? ([1, -1] as const) : [context.sign];
  return signs.map((sign) => oneKey(node, { ...context, sign }));
}

/** `x < 1 or x > 3` is a union, `x > 1 and x < 3` an intersection. */
function joinedSet(list: Structure & { op: "list" }, context: Context): RealSet | null {
  if (list.joined === "," || !list.items.every((item) => item.op === "relation" && !item.signs.includes("=")))
    return null;
  const sets = list.items.map((item) => realSetOf(item, context));
  if (!sets.every((set) => set !== null)) return null;
  return list.joined === "or" ? union(...sets) : sets.reduce(intersection);
}

function hasEither(node: Structure): boolean {
  let found = false;
  walk(node, ({ op }) => {
    found ||= op === "either";
  });
  return found;
}

function oneKey(node: Structure, context: Context): string {
  const set = isSet(node) ? realSetOf(node, context) : null;
  if (set !== null) return realSetKey(set);
  switch (node.op) {
    case "list":
      return `${node.open}${node.items.map((item) => structureKey(item, context)).join(", ")}${node.close}`;
    case "relation":
      return relationKey(node, context);
    case "builder":
      return structureKey(node.condition, context);
    case "ratio":
      return ratioKey(node.parts.map((part) => structureKey(part, context)));
    case "sets":
      return setsKey(node, context);
    default:
      return expressionKey(node, context);
  }
}

const isSet = (node: Structure) =>
  node.op === "sets" ||
  node.op === "builder" ||
  node.op === "list" ||
  node.op === "relation" ||
  node.op === "symbol";

/** The set of real numbers that a node says; null where it says none, or one with symbols in its ends. */
function realSetOf(node: Structure, context: Context): RealSet | null {
  if (node.op === "symbol") return node.name === "mathbb R" ? ALL : null;
  if (node.op === "builder") return realSetOf(node.condition, context);
  if (node.op === "relation") {
    const [, set] = node.parts;
    if (node.signs.length === 1 && node.signs[0] === "∈" && set) return realSetOf(set, context);
    return inequality(node, context);
  }
  if (node.op === "sets") return combined(node, context);
  if (node.op !== "list" || node.open === "") return null;
  const ends = node.items.map((item) => endOf(item, context));
  if (!ends.every((end) => end !== null)) return null;
  if (node.open === "{") return points(ends);
  const [low, high] = ends;
  if (ends.length !== 2 || !(low!.order < high!.order)) return null;
  return [{ low: { ...low!, closed: node.open === "[" }, high: { ...high!, closed: node.close === "]" } }];
}

function endOf(item: Structure, context: Context): End | null {
  if (!("op" in item) || isSet(item) || item.op === "ratio" || hasEither(item)) return null;
  const e = asExpression(item);
  const order = orderOf(e, context);
  return order === null ? null : { order, key: expressionKey(e, context), closed: false };
}

function combined(node: Structure & { op: "sets" }, context: Context): RealSet | null {
  const [a, b] = node.parts.map((part) => realSetOf(part, context));
  if (!a || !b) return null;
  if (node.sign === "∪") return union(a, b);
  return intersection(a, node.sign === "∩" ? b : complement(b));
}

/** Sets with symbols: unions and intersections without order. */
function setsKey(node: Structure & { op: "sets" }, context: Context): string {
  const flat = (part: Structure): Structure[] =>
    part.op === "sets" && part.sign === node.sign && node.sign !== "∖" ? part.parts.flatMap(flat) : [part];
  const parts = node.parts.flatMap(flat);
  if (node.sign === "∪" && parts.every((part) => part.op === "list" && part.open === "{"))
    return finiteKey(parts.flatMap((part) => elementKeys(part, context)));
  const keys = parts.map((part) => structureKey(part, context));
  return (node.sign === "∖" ? keys : keys.sort()).join(` ${node.sign} `);
}

/** `6:4` is `3:2`; a time of day such as `3:30` stays as it is. */
function ratioKey(keys: readonly string[]): string {
  const [a, b] = keys;
  const whole = keys.length === 2 && keys.every((key) => /^\d{1,15}$/.test(key));
  if (!whole || a === "0" || b === "0") return keys.join(":");
  const isTime = Number(a) < 24 && Number(b) > 9 && Number(b) < 60;
  const common = isTime ? 1n : divisor(BigInt(a!), BigInt(b!));
  return `${BigInt(a!) / common}:${BigInt(b!) / common}`;
}

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));

/** Throws for what is a set where a number must stand. */
export const numeric = (node: Structure) =>
  isSet(node) && node.op !== "symbol" ? notMathematics("a set in a relation") : asExpression(node);
