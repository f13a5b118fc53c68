/** Fields of a sample, as JSON, CSV and Parquet hold them. */
import { SelftrainError } from "../../errors.js";
import { ExactNumber } from "../../exact-number.js";

export type Fields = Readonly<Record<string, unknown>>;

/** What a field may hold. */
export interface FieldKind<T> {
  /** The value; null where it is none, undefined where it cannot be used. */
  readonly read: (value: unknown) => T | null | undefined;
  /** For the error. */
  readonly expected: string;
  readonly remedy: string | ((value: unknown) => string);
}

/**
 * The first of the fields that has a value; null where those that are there are null, undefined where none is there.
 * Throws `sample-malformed` where it cannot be used.
 */
export function fieldOf<T>(
  fields: Fields,
  keys: readonly string[],
  where: string,
  { read, expected, remedy }: FieldKind<T>,
): T | null | undefined {
  const key = keys.find((name) => (fields[name] ?? null) !== null);
  if (key === undefined) return keys.some((name) => fields[name] === null) ? null : undefined;
  const value = fields[key];
  const found = read(value);
  if (found !== undefined) return found;
  throw malformed(`has a field "${key}" that cannot be used`, {
    found: value,
    expected,
    where,
    remedy: typeof remedy === "string" ? remedy : remedy(value),
  });
}

export const malformed = (
  reason: string,
  details: {
    readonly found: unknown;
    readonly expected: string;
    readonly where: string;
    readonly remedy: string;
  },
): SelftrainError =>
  new SelftrainError({ code: "sample-malformed", message: `A sample ${reason}.`, ...details });

/** CSV holds numbers as text, and Parquet integers of 64 bits. One that is too large or too small for a double is none. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const written = typeof value === "bigint" || value instanceof ExactNumber ? String(value) : value;
  if (typeof written !== "string" || written.trim() === "") return undefined;
  const number = Number(written);
  const vanished = number === 0 && /[1-9]/.test(written.split(/e/i, 1)[0]!);
  return Number.isFinite(number) && !vanished ? number : undefined;
}
