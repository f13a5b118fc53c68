/** The one expression of a short text, with the words beside it that change what it says. */
import { alteringWords, magnitudes } from "../canonical/latex/magnitudes.js";
import { units } from "../canonical/latex/names.js";
import { literalKey } from "../canonical/literals.js";
import type { AnswerMark } from "./rule.js";
import { stretchesOf, tidied } from "./stretches.js";

/** Words that open a reason for an answer, which is no part of it. */
const reasons = new Set(
  "because since as which where so by from weil da denn wobei car parce où puisque porque pues donde pois onde perché poiché dove".split(
    " ",
  ),
);
/** Words that say of two numbers before them how large a thing is. */
const shapes = new Set(["matrix", "matrices", "grid", "board", "rectangle", "rectangular"]);

/** Words right before a number that bound or deny it. */
const bounding =
  /(?<!\p{L})(?:not|never|least|most|under|over|below|above|except|between|exceeding|nicht|kein|keine|mindestens|höchstens|pas|que|no|non|não|niet|inte|ikke|nie|nem|değil|не|нет|менее|более|không|bukan|(?:más|mais|plus|più|menos|moins|meno) d[eio]|up to|bis zu|jusqu'à|hasta|até|fino a)\s{0,4}$/u;
/** Words not far before one that do. */
const denying =
  /(?<!\p{L})(?:than|cannot|not|never|\p{L}{1,8}n['’]t|(?:any\p{L}{0,8}|every\p{L}{0,8}|all) but|except|nicht|als|plus grand|plus petit|moins|menos|mayor|menor|maior|meno|больше|меньше)(?:\s(?:or|oder|ou|o|to|equal|be|is|exceed|of|for|a|que|di|sein|the|in|inférieur|supérieur|égal|igual|à)){0,6}\s{0,4}$/u;
/** Without blanks between words. */
const joinedBounds =
  /(?:至少|最多|不超过|不超過|不少于|不少於|不是|小于|小於|大于|大於|超过|超過|少于|少於|多于|多於|不等于|最低|最高)\p{Script=Han}{0,2}\s{0,4}$/u;
/** Words before a number that make another of it. */
const altering =
  /(?<!\p{L})(?:half|twice|double|triple|thrice|quadruple|roots?|square|cube|thirds?|quarters?|fifths?|tenths?|dozen|hundreds?|thousands?|reciprocal|inverse|opposite|factorial|logarithm|halb|hälfte|doppelte?|dreifache|moitié|tiers|mitad|doble|triple|metade|dobro|metà|doppio|wurzel|racine|raíz|raiz|radice|половина|корень)(?:\s(?:of|von|aus|de|del|di|da|der|des|the|number|das|из)){0,3}\s{0,4}$/u;
const joinedAltering = /(?:一半|两倍|兩倍|平方根|根号|根號)\s{0,4}$/u;
/** A sign in words. */
const sign =
  /(?<![\p{L}\p{N}])(?:minus|negative|negativ|moins|menos|meno|min|минус|мінус|eksi|ujemne|âm|سالب|منفی|ऋण)\s{1,4}$|(?:负|負|マイナス|마이너스)\s{0,4}$/u;
/** Behind `au`, `at` and such, or a value, the same words bound or subtract. */
const noSign = /(?:(?<!\p{L})(?:au|du|al|a|lo|por|pelo|ao|de|\p{L})|[\p{N})\]}$])\s{0,4}$/u;

const size =
  "less|more|fewer|greater|higher|lower|above|below|over|under|larger|smaller|bigger|later|earlier|older|younger|up|beyond|mehr|weniger|höher|niedriger|größer|kleiner|moins|plus|menos|más|mais|meno|più|meer|minder";
/** Words behind a number that bound it: `8 or less`, `8 apples or more`, `8以上`. */
const bounded = new RegExp(
  `^(?:\\s\\p{L}{1,20}){0,2}[,]?\\s(?:(?:or|and|oder|und|ou|et|o|y|e|of|en)\\s(?:${size})|at\\s(?:most|least))(?!\\p{L})|^\\s?\\p{Script=Han}?(?:以上|以下|以内|以外)`,
  "u",
);

/** Words that belong to the number before them. */
const kept = new RegExp(
  `^\\s?(?:per\\scent|${[...magnitudes.keys(), ...alteringWords].sort((a, b) => b.length - a.length).join("|")})(?![a-zA-Zà-ÿ])`,
  "iu",
);
const LONGEST_KEPT = 24;

/**
 * What a short text says that is, or ends in, an answer: all of it where it has no words or no expression; the one
 * expression among its words; all of it again where it begins with one of several (`10 ft x 18 ft`), unless what follows is
 * the reason. Null where its words lead up to several and `last` does not say to take the last. Where a word beside the
 * expression changes what it says, all of the text is the answer: `at least 3`, `half of 12`, `8 or less`.
 */
export function expressionIn(text: string, last: boolean): AnswerMark | null {
  const whole = tidied(text, 0, text.length);
  const said = text.slice(whole.start, whole.end);
  if (literalKey(said) !== null) return whole;
  if (/^[\s()[\]{}<>]+$/.test(text) || isTuple(said)) return trimmedOf(text, isTuple(said) ? whole : null);
  const { solid, words, prose, leading, next } = stretchesOf(text);
  // A formula without dollars: `\\arcsin x`. What a letter and a colon announce is said by a person: `A: 12`.
  if (words && !prose && !/^[\s"'(*]{0,4}\p{L}\s?[:：]/u.test(text)) return whole;
  if (leading && next !== undefined && shapes.has(next)) return whole;
  const only = leading && next !== undefined && reasons.has(next) ? solid[0]! : lastQuantity(text, solid);
  if (!words || only === undefined || (leading && solid.length > 1 && only !== solid[0])) return whole;
  if (solid[0]!.start < only.start && !last && !leading) return null;
  return asSaid(text, only, solid.findLast(({ end }) => end <= only.start)?.end ?? 0) ?? whole;
}

/** The last stretch, with the quantities in larger units before it: `5 minutes 9 seconds`. */
function lastQuantity(text: string, solid: readonly AnswerMark[]): AnswerMark | undefined {
  const last = solid.at(-1);
  let start = last?.start ?? 0;
  for (let i = solid.length - 2; i >= 0; i--) {
    const unit = between.exec(text.slice(solid[i]!.end, Math.min(start, solid[i]!.end + 40)))?.[1];
    if (unit === undefined || !units.has(unit) || start - solid[i]!.end > 40) break;
    start = solid[i]!.start;
  }
  if (last === undefined || start === last.start) return last;
  const unit = /^\s?([a-zA-Z]{1,12})/.exec(text.slice(last.end, last.end + 16)) ?? [""];
  return { start, end: last.end + (units.has(unit[1] ?? "") ? unit[0].length : 0) };
}

/** A unit between two numbers of one quantity. */
const between = /^\s?([a-zA-Z]{1,12}),?\s(?:and\s)?$/;

/** A stretch with its sign and the words that belong to it; null where words beside it change what it says. */
export function asSaid(text: string, mark: AnswerMark, from = 0): AnswerMark | null {
  const lead = text.slice(Math.max(from, mark.start - 100), mark.start).toLowerCase();
  const { start, end } = withWords(text, mark);
  if (bounded.test(text.slice(end, end + 60)) || isCutOff(text, start, end)) return null;
  const negative = sign.exec(lead);
  if (negative !== null) {
    const before = lead.slice(0, negative.index);
    const word = text.slice(start - negative[0].length, end);
    if (!noSign.test(before) && !(from > 0 && before.trim() === ""))
      return { start: end - word.length, end, answer: `-${text.slice(start, end)}` };
    return null;
  }
  const changed = [bounding, denying, joinedBounds, altering, joinedAltering].some((words) =>
    words.test(lead),
  );
  return changed ? null : { start, end };
}

/** `10 + Tom's age`, `Tom's age - 5`, `6-pyramid`: an operator joins the stretch to a word. */
function isCutOff(text: string, start: number, end: number): boolean {
  return (
    (/[-+−*/^·×÷]\s?$/.test(text.slice(start, end)) && /^\s?["“'(]?\p{L}/u.test(text.slice(end, end + 4))) ||
    /^\s[*/]\s\p{L}/u.test(text.slice(end, end + 4)) ||
    (/^[-+−*/^·×÷]\s/.test(text.slice(start, end)) &&
      /\p{L}[)"”'’]?\s?$/u.test(text.slice(Math.max(0, start - 4), start)))
  );
}

/** `25 percent` is no 25, and `3 million` no 3. */
function withWords(text: string, { start, end }: AnswerMark): AnswerMark {
  let to = end;
  for (let count = 0; count < 3; count++) {
    const word = kept.exec(text.slice(to, to + LONGEST_KEPT))?.[0];
    if (word === undefined) break;
    to += word.length;
  }
  return { start, end: to };
}

/** `(0, 'ab')`: brackets around all of a text that holds several items. */
function isTuple(text: string): boolean {
  if (!"([{".includes(text[0] ?? "-") || !text.includes(",") || text.includes("\n")) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if ("([{".includes(text[i]!)) depth++;
    else if (")]}".includes(text[i]!) && --depth === 0 && i < text.length - 1) return false;
  }
  return depth === 0;
}

function trimmedOf(text: string, mark: AnswerMark | null): AnswerMark {
  if (mark !== null) return mark;
  const start = text.length - text.trimStart().length;
  return { start, end: Math.max(start, text.trimEnd().length) };
}
