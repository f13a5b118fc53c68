/** What several formats share: JSON Lines, the last box of a text, choices of a question. Independent of the library's own reading on purpose. */

/** The objects of a JSON Lines text. */
export function jsonLines(text) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
}

/** What stands in the last `\boxed{…}` whose braces close; undefined of none, and of one without a letter or digit. */
export function lastBox(text) {
  for (
    let at = text.lastIndexOf("\\boxed{");
    at >= 0;
    at = at === 0 ? -1 : text.lastIndexOf("\\boxed{", at - 1)
  ) {
    const inner = braced(text, at + "\\boxed{".length);
    if (inner !== undefined) return /[\p{L}\p{N}]/u.test(inner) ? inner.trim() : undefined;
  }
  return undefined;
}

function braced(text, start) {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(start, i);
  }
  return undefined;
}

/** The texts of `(A) … (B) …`, in the order of their letters; undefined where they do not run from A. */
export function lettered(text) {
  const parts = text.split(/\(([A-Z])\)/);
  const letters = parts.filter((_, i) => i % 2 === 1);
  const runs = letters.length > 1 && letters.every((letter, i) => letter === letterOf(i));
  return runs ? parts.filter((_, i) => i > 0 && i % 2 === 0).map((choice) => choice.trim()) : undefined;
}

export const letterOf = (index) => String.fromCharCode(65 + index);

/** The first capture of a pattern's last match; undefined of none. */
export function lastMatch(text, pattern) {
  return [...text.matchAll(pattern)].at(-1)?.[1].trim() || undefined;
}
