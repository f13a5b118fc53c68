/** Units and other words behind a number. They are dropped: a quantity is its number. */
import { constant, type Expression, integer, multiply, ratio, type Structure, walk } from "../expression.js";
import { alteringWords, magnitudes } from "../latex/magnitudes.js";
import { changingWords, units } from "../latex/names.js";
import { notMathematics } from "../limits.js";
import { rational } from "../math/rational.js";
import type { Cursor } from "./cursor.js";

/** Words that may be dropped behind a number, such as `red apples`. */
const MOST_WORDS = 4;

/**
 * Reads past units (`cm`, `ft/s`, `N-m`, `cm^3`) and past words behind a constant. The factor that they are: 1, or what
 * `percent`, `million`, `thirds` say; null where the words join two answers. Throws where they change what the number says.
 */
export function takeUnits(cursor: Cursor, before: Structure): Expression | null {
  let [factor, count] = [integer(1), 0];
  for (;;) {
    const { type, text } = cursor.token;
    if (type !== "words") return count === 0 ? null : factor;
    const words = text.split(/[\s.]+/).filter((word) => word !== "");
    if (words.every((word) => word === "and" || word === "or")) return count === 0 ? null : factor;
    count += words.length;
    if (!words.every(isUnit) && !(isConstant(before) && count <= MOST_WORDS && words.every(isHarmless)))
      notMathematics(`words: ${text}`);
    for (const word of words) {
      const by = magnitudes.get(word) ?? magnitudes.get(word.toLowerCase());
      if (by !== undefined) factor = multiply(factor, ratio(by));
    }
    if (/^per\s{0,2}cent/i.test(text.trim())) factor = ratio(rational(1n, 100n));
    if (cursor.angles && words.length === 1 && /^deg(?:rees?)?$/.test(words[0]!))
      factor = multiply(constant("pi"), ratio(rational(1n, 180n)));
    cursor.next();
    takeExponent(cursor);
    const joint = cursor.is("-") || cursor.is("/") || cursor.is("*");
    if (joint && cursor.ahead(1).type === "words") cursor.next();
  }
}

function takeExponent(cursor: Cursor): void {
  if (!cursor.takes("^")) return;
  if (cursor.takes("{")) cursor.raw();
  else {
    cursor.takes("-");
    cursor.next();
  }
}

const isUnit = (word: string) => units.has(word) || word.split(/[-/*·]/).every((part) => units.has(part));

const isHarmless = (word: string) =>
  /^[\p{L}-]+$/u.test(word) &&
  !changingWords.has(word.toLowerCase()) &&
  !alteringWords.includes(word.toLowerCase());

function isConstant(node: Structure): boolean {
  let found = true;
  walk(node, ({ op }) => {
    if (op === "symbol" || op === "call" || op === "list" || op === "matrix") found = false;
  });
  return found;
}
