/** Texts of models and of data on a terminal: nothing steers it, and a cell is as wide as it looks. */

/** What would steer a terminal, shown: a model writes any character. Line breaks and tabs stay. */
export const visible = (text: string): string =>
  text.replaceAll("\r\n", "\n").replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (char) => {
    const code = char.codePointAt(0)!;
    if (char === "\n" || char === "\t") return char;
    // U+2400 and on are pictures of the first 32, and U+2421 is that of the delete character.
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? "\u2421" : `\\u${code.toString(16).padStart(4, "0")}`;
  });

export const onOneLine = (text: string): string => visible(text).replaceAll("\n", "⏎").replaceAll("\t", " ");

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NONE = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const characters = new Intl.Segmenter();

/** Columns that a character, as a reader counts them, takes: two of East Asian ones. */
const columnsOf = (character: string): number => (NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** The text in exactly so many columns: cut with `…`, or filled with blanks at its end, or at its start. */
export function cell(text: string, columns: number, align: "left" | "right" = "left"): string {
  const shown = onOneLine(text);
  const [whole, width] = fitting(shown, columns);
  const [kept, taken] = whole === shown ? [whole, width] : fitting(shown, columns - 1);
  const filled = whole === shown ? kept : `${kept}…`;
  const blanks = " ".repeat(columns - taken - (filled.length - kept.length));
  return align === "left" ? filled + blanks : blanks + filled;
}

/** The longest beginning that takes no more than so many columns, and how many it takes. */
function fitting(text: string, columns: number): [kept: string, taken: number] {
  let [kept, taken] = ["", 0];
  for (const { segment } of characters.segment(text)) {
    const wide = columnsOf(segment);
    if (taken + wide > columns) break;
    kept += segment;
    taken += wide;
  }
  return [kept, taken];
}
