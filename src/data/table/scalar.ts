/** A cell as text, where it is one value: an answer, or the name of a group. */
import { ExactNumber, mayBeRounded, numberText } from "../../exact-number.js";

/** What to do where `isRounded`. */
export const ROUNDED_REMEDY =
  "Write such numbers as text or as integers (BIGINT, DECIMAL): a floating-point column has lost digits of theirs.";

/** A floating-point number that stands for several integers: which was meant cannot be told. */
export const isRounded = (value: unknown): boolean => typeof value === "number" && mayBeRounded(value);

/** Text, a number with all its digits, or a boolean; undefined for anything else, and for what `isRounded`. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === "number") return mayBeRounded(value) ? undefined : numberText(value);
  return typeof value === "bigint" || typeof value === "boolean" ? String(value) : undefined;
}
