/** Reading JSON that another program wrote: each value is what it is said to be, or `tinker-message-malformed`. */
import { malformed } from "./tensor.js";

export type Fields = Readonly<Record<string, unknown>>;

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw malformed(`${what} is no object`, kindOf(value), "an object");
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(`${what} is no list`, kindOf(value), "a list");
}

export function stringOf(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw malformed(`${what} is no text`, kindOf(value), "a text");
}

export function integerOf(value: unknown, what: string): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw malformed(`${what} is no whole number`, String(value), "a whole number");
}

export function numberOf(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  throw malformed(`${what} is no number`, kindOf(value), "a number");
}

export function integersOf(value: unknown, what: string): number[] {
  return listOf(value, what).map((one) => integerOf(one, what));
}

/** `null` is what JSON makes of a number that is not finite. */
export function float32Of(value: unknown, what: string): Float32Array {
  return Float32Array.from(listOf(value, what), (one) => (one === null ? Number.NaN : numberOf(one, what)));
}

export const numbersOf = (value: unknown, what: string): Record<string, number> =>
  Object.fromEntries(
    Object.entries(fieldsOf(value ?? {}, what)).map(([name, own]) => [
      name,
      numberOf(own, `${what}.${name}`),
    ]),
  );

/** Bytes as JSON. */
export function parseJson(body: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw malformed(`${what} is not JSON`, (error as Error).message);
  }
}
