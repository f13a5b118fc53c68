/** Canonical form of answers of files, whose kind is unknown: blanks and plain decimal numbers only. */

/** ` +007.50 ` → `7.5`, `-0` → `0`; other text is trimmed; blank text is no answer. */
export function canonicalPlainAnswer(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const match = /^([-+]?)(\d+)(?:\.(\d+))?$/.exec(trimmed);
  if (match === null) return trimmed;
  const whole = (match[2] as string).replace(/^0+(?=\d)/, "");
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  const magnitude = fraction === "" ? whole : `${whole}.${fraction}`;
  return match[1] === "-" && magnitude !== "0" ? `-${magnitude}` : magnitude;
}
