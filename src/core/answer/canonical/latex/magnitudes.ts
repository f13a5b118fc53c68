/** Words behind a number that multiply it: `3 million`, `2 thirds`, `3万`. They are no units. */
import { type Rational, rational } from "../math/rational.js";

const table: readonly (readonly [Rational, string])[] = [
  [rational(12n), "dozen dozens"],
  [rational(100n), "hundred hundreds"],
  [rational(1000n), "thousand thousands tausend mille mil mila duizend 千"],
  [rational(10_000n), "万 萬 만"],
  [rational(100_000n), "lakh lakhs"],
  [rational(10n ** 6n), "million millions Million Millionen millones milhões milione milioni miljoen"],
  [rational(10n ** 7n), "crore crores"],
  [rational(10n ** 8n), "亿 億 억"],
  [rational(10n ** 9n), "billion billions Milliarde Milliarden milliard milliards miliardi"],
  [rational(10n ** 12n), "trillion trillions 兆"],
  [rational(1n, 2n), "half halves"],
  [rational(1n, 3n), "third thirds Drittel"],
  [rational(1n, 4n), "quarter quarters fourth fourths Viertel"],
  [rational(1n, 5n), "fifth fifths Fünftel"],
  [rational(1n, 6n), "sixth sixths"],
  [rational(1n, 7n), "seventh sevenths"],
  [rational(1n, 8n), "eighth eighths Achtel"],
  [rational(1n, 9n), "ninth ninths"],
  [rational(1n, 10n), "tenth tenths Zehntel"],
  [rational(1n, 100n), "hundredth hundredths percent"],
  [rational(1n, 1000n), "thousandth thousandths"],
];

/** What a word multiplies the number before it by. */
export const magnitudes: ReadonlyMap<string, Rational> = new Map(
  table.flatMap(([value, words]) => words.split(" ").map((word): [string, Rational] => [word, value])),
);

/** Words behind a number that make another of it, and are not read: `5 squared`. */
export const alteringWords: readonly string[] = "squared cubed factorial quadrat fakultät".split(" ");
