/** Characters of Unicode as the LaTeX or ASCII that says the same. */

const table: ReadonlyMap<string, string> = new Map([
  ...pairs("−–—‒﹣－➖", "-"),
  ...pairs("×⋅·∙•✕✖∗", "*"),
  ...pairs("÷∕⁄／", "/"),
  ...pairs("（﹙", "("),
  ...pairs("）﹚", ")"),
  ...pairs("，、﹐", ","),
  ...pairs("。．", "."),
  ...pairs("：", ":"),
  ...pairs("；", ";"),
  ...pairs("＝", "="),
  ...pairs("＋", "+"),
  ...pairs("％", "%"),
  ...pairs("＜", "<"),
  ...pairs("＞", ">"),
  ...pairs("∣｜", "|"),
  ...pairs("⩽≦", "≤"),
  ...pairs("⩾≧", "≥"),
  ...pairs("≅≃", "≈"),
  ...pairs("’‘′", "'"),
  ...pairs("º˚", "°"),
  ...pairs("∞", "\\infty "),
  ...pairs("π𝜋", "\\pi "),
  ...pairs("√", "\\sqrt "),
  ...pairs("∅⌀", "\\emptyset "),
  ...pairs("ℝ", "\\mathbb{R}"),
  ...pairs("ℤ", "\\mathbb{Z}"),
  ...pairs("ℕ", "\\mathbb{N}"),
  ...pairs("ℚ", "\\mathbb{Q}"),
  ...pairs("ℂ", "\\mathbb{C}"),
  ...pairs("½", "\\frac{1}{2}"),
  ...pairs("⅓", "\\frac{1}{3}"),
  ...pairs("⅔", "\\frac{2}{3}"),
  ...pairs("¼", "\\frac{1}{4}"),
  ...pairs("¾", "\\frac{3}{4}"),
  ...pairs("\u00a0\u2002\u2003\u2009\u202f\u3000\t\r\n", " "),
  ...pairs("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069", ""),
]);

function pairs(characters: string, meaning: string): [string, string][] {
  return [...characters].map((character) => [character, meaning]);
}

const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ";
const raisedMeaning = "0123456789+-ni";
const lowered = "₀₁₂₃₄₅₆₇₈₉";

const plain = /^[\x20-\x7e]*$/;

/** The text in characters that the lexer knows; others stay as they are. */
export function asciiMathematics(text: string): string {
  if (plain.test(text)) return text;
  let result = "";
  let script = "";
  for (const character of text) {
    const [up, down] = [raised.indexOf(character), lowered.indexOf(character)];
    const opens = up >= 0 ? "^{" : down >= 0 ? "_{" : "";
    if (script !== opens) {
      result += (script === "" ? "" : "}") + opens;
      script = opens;
    }
    if (up >= 0) result += raisedMeaning[up];
    else if (down >= 0) result += String(down);
    else result += table.get(character) ?? fullWidth(character);
  }
  return script === "" ? result : `${result}}`;
}

/** `５` → `5`, `Ａ` → `A`. */
function fullWidth(character: string): string {
  const code = character.codePointAt(0)!;
  return code >= 0xff10 && code <= 0xff5a ? String.fromCharCode(code - 0xfee0) : character;
}
