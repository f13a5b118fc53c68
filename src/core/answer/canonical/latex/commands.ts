/** Commands of LaTeX as tokens. */
import { notMathematics } from "../limits.js";
import type { Lexer } from "./lexer.js";
import { functions, letters, listFunctions, relations } from "./names.js";
import { markedWords } from "./words.js";

const name = /\\([A-Za-z]{1,40}\*?|[\s\S]?)/y;

const set = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** What changes the look only. */
const looks = set(
  "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle scriptstyle limits nolimits boxed fbox mathbf boldsymbol bm mathit mathcal mathsf mathscr mathfrak bf it rm sf ensuremath mathord mathop mathrel mathbin mathopen mathclose strut mathstrut nobreak allowbreak large Large small normalsize centering vec mathring",
);
const spaces = set("$ , ; : ! > thinspace enspace space hspace medspace thickspace nonumber notag");
const sized = set("left right middle bigl bigr Bigl Bigr biggl biggr Biggl Biggr");
const text = set("text textbf textit textrm textsf texttt mbox textnormal hbox textsc emph");
const upright = set("mathrm operatorname operatorname* mathrm* unit");
const signs: ReadonlyMap<string, string> = new Map([
  ["{", "\\{"],
  ["}", "\\}"],
  ["lbrace", "\\{"],
  ["rbrace", "\\}"],
  ["lbrack", "["],
  ["rbrack", "]"],
  ["lparen", "("],
  ["rparen", ")"],
  ["|", "|"],
  ["lvert", "|"],
  ["rvert", "|"],
  ["vert", "|"],
  ["Vert", "|"],
  ["lVert", "|"],
  ["rVert", "|"],
  ["mid", "mid"],
  ["colon", ":"],
  ["%", "%"],
  ["&", "&"],
  ["\\", "\\\\"],
  ["cdot", "*"],
  ["times", "*"],
  ["ast", "*"],
  ["div", "/"],
  ["pm", "±"],
  ["mp", "∓"],
  ["cup", "∪"],
  ["cap", "∩"],
  ["setminus", "∖"],
  ["backslash", "∖"],
  ["smallsetminus", "∖"],
  ["prime", "'"],
]);
const renamed: ReadonlyMap<string, string> = new Map([
  ["dfrac", "frac"],
  ["tfrac", "frac"],
  ["cfrac", "frac"],
  ["dbinom", "binom"],
  ["tbinom", "binom"],
  ["varnothing", "emptyset"],
  ["degree", "circ"],
  ["dotsc", "dots"],
  ["ldots", "dots"],
  ["cdots", "dots"],
  ["mod", "bmod"],
]);

export function command(lexer: Lexer): void {
  name.lastIndex = lexer.at;
  const word = name.exec(lexer.text)![1]!;
  lexer.at = name.lastIndex;
  if (word === "\\" && /[A-Za-z]/.test(lexer.text[lexer.at] ?? "") && !lexer.text.includes("\\begin")) {
    // A backslash that was escaped once too often.
    lexer.at--;
    return;
  }
  if (word.trim() === "" || spaces.has(word)) {
    lexer.spaced = true;
    if (word === "hspace") lexer.braced();
  } else if (/^q?quad/.test(word)) {
    // `\quadx` is meant as `\quad x`.
    lexer.push("sign", "quad");
    lexer.at = name.lastIndex - word.replace(/^q?quad/, "").length;
  } else if (word === "*") {
    // An asterisk that Markdown would have taken for emphasis.
    lexer.push("sign", "*");
  } else if ("()[]".includes(word)) return;
  else if (word === "not") negated(lexer);
  else if (looks.has(word)) {
    if (sized.has(word) && lexer.text[lexer.at] === ".") lexer.at++;
  } else if (text.has(word) || upright.has(word)) {
    const content = lexer.braced() ?? oneCharacter(lexer);
    markedWords(lexer, content, upright.has(word));
  } else if (word === "begin" || word === "end") {
    const environment = lexer.braced() ?? notMathematics("an environment without a name");
    if (word === "begin" && /^(array|tabular)$/.test(environment)) lexer.braced();
    lexer.push("command", `${word} ${environment.replace("*", "")}`);
  } else known(lexer, word);
}

function known(lexer: Lexer, word: string): void {
  const sign = signs.get(word);
  const relation = relations.get(word);
  if (sign !== undefined) lexer.push("sign", sign);
  else if (relation !== undefined) lexer.push("relation", relation);
  else if (functions.has(word) || listFunctions.has(word))
    lexer.push("function", functions.get(word) ?? word);
  else if (letters.has(word)) lexer.push("letter", word.replace(/^var(?=epsilon|theta|phi|rho|sigma)/, ""));
  else lexer.push("command", renamed.get(word) ?? word);
}

const equals = /\s{0,4}(?:=|\\eq(?![A-Za-z]))/y;

/** `\not=`. */
function negated(lexer: Lexer): void {
  equals.lastIndex = lexer.at;
  if (!equals.test(lexer.text)) notMathematics("a negated sign");
  lexer.at = equals.lastIndex;
  lexer.push("relation", "≠");
}

function oneCharacter(lexer: Lexer): string {
  while (lexer.text[lexer.at] === " ") lexer.at++;
  return lexer.text[lexer.at++] ?? "";
}
