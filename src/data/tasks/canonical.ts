/** Canonical forms of the answers that tasks share. Each function is idempotent and returns null for a non-answer. */

/** `007` → `7`, `-0` → `0`, surrounding blanks dropped. Works on the text, so length costs no precision. */
export function canonicalInteger(text: string): string | null {
  const match = /^(-?)(\d+)$/.exec(text.trim());
  if (match === null) return null;
  const digits = match[2]!.replace(/^0+(?=\d)/, "");
  return digits === "0" ? "0" : `${match[1]}${digits}`;
}

/** Integers joined by a separator, each in canonical form: `03,7` → `3,7`. */
export function canonicalIntegers(text: string, separator: string): string | null {
  const parts = text.split(separator).map(canonicalInteger);
  return parts.includes(null) ? null : parts.join(separator);
}
