/** What stands around a match. */

const AROUND = 60;

/** Where nothing matched, the text's end. Pairs of surrogates are not cut apart. */
export function excerptOf(
  text: string,
  match: string,
): { readonly before: string; readonly match: string; readonly after: string } {
  const found = match === "" ? -1 : text.indexOf(match);
  if (found < 0)
    return { before: text.slice(whole(text, Math.max(0, text.length - 2 * AROUND))), match: "", after: "" };
  const end = found + match.length;
  return {
    before: text.slice(whole(text, Math.max(0, found - AROUND)), found),
    match,
    after: text.slice(end, whole(text, Math.min(text.length, end + AROUND))),
  };
}

/** The place itself, or the one after it where it lies within a pair. */
const whole = (text: string, at: number): number =>
  /[\udc00-\udfff]/.test(text[at] ?? "") && /[\ud800-\udbff]/.test(text[at - 1] ?? "") ? at + 1 : at;
