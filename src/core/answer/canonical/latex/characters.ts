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
  ...pairs("⅕", "\\frac{1}{5}"),
  ...pairs("⅛", "\\frac{1}{8}"),
  ...pairs("⅜", "\\frac{3}{8}"),
  ...pairs("⅝", "\\frac{5}{8}"),
  ...pairs("⅞", "\\frac{7}{8}"),
  ...pairs("θ", "\\theta "),
  ...pairs("α", "\\alpha "),
  ...pairs("β", "\\beta "),
  ...pairs("γ", "\\gamma "),
  ...pairs("λ", "\\lambda "),
  ...pairs("φϕ", "\\phi "),
  ...pairs("ω", "\\omega "),
  ...pairs("σ", "\\sigma "),
  ...pairs("Δ∆", "\\Delta "),
  ...pairs("⟨〈", "\\langle "),
  ...pairs("⟩〉", "\\rangle "),
  ...pairs("∠", "\\angle "),
  ...pairs("⌊", "\\lfloor "),
  ...pairs("⌋", "\\rfloor "),
  ...pairs("⌈", "\\lceil "),
  ...pairs("⌉", "\\rceil "),
  ...pairs("∛", "\\cbrt "),
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

/** Zeros of the digits of Arabic, Persian, Devanagari and Bengali. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6];

/** `５` → `5`, `Ａ` → `A`, `٥` → `5`. */
function fullWidth(character: string): string {
  const code = character.codePointAt(0)!;
  if (code >= 0xff10 && code <= 0xff5a) return String.fromCharCode(code - 0xfee0);
  const zero = zeros.find((first) => code >= first && code <= first + 9);
  return zero === undefined ? character : String(code - zero);
}
