/** Words that say something of mathematics. */
import { functions, listFunctions, units } from "./latex/names.js";
import { textKey } from "./text.js";

const meanings: ReadonlyMap<string, string> = new Map(
  (
    [
      [
        "\\mathbb{R}",
        "all real numbers|all reals|real numbers|set of all real numbers|set of real numbers|any real number",
      ],
      ["\\emptyset", "empty set|null set"],
      ["does not exist", "dne|limit does not exist"],
      ["no solution", "no solutions|there is no solution|there are no solutions"],
      ["infinitely many solutions", "infinite number of solutions|infinite solutions|infinitely many"],
    ] as const
  ).flatMap(([meaning, phrases]) => phrases.split("|").map((phrase): [string, string] => [phrase, meaning])),
);

/** Longest text that is looked up. */
const LONGEST = 60;

/** What is to be read in the place of a text; null for most. */
export function meaningOfPhrase(text: string): string | null {
  if (text.length > LONGEST || !/[a-z]{3}/i.test(text)) return null;
  return meanings.get(textKey(text)?.slice("text:".length) ?? "") ?? null;
}

/** `red`, `cat`, `Sun`: a word that could be a product of three variables. */
const shortWord = /^[A-Za-z][aeou][b-df-hj-np-tv-z]$/;
const letters = /^[A-Za-z]{1,20}(?:\s{1,4}[A-Za-z]{1,20}){0,9}$/;

/** `cat`, `a dog`, `red car`: words that could be products of variables, `a dog` the same one as `a god`; and no `tan x`, no `pi rad`. */
export function isShortWords(text: string): boolean {
  if (!letters.test(text)) return false;
  const words = text.replace(/^(?:an?|the)\s+/i, "").split(/\s+/);
  if (words.length === 1) return shortWord.test(words[0]!);
  return words.some((word) => shortWord.test(word)) && !words.some(isMathematical);
}

const isMathematical = (word: string): boolean =>
  functions.has(word) || listFunctions.has(word) || units.has(word) || word === "mod" || word === "pi";
