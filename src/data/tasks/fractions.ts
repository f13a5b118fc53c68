/**
 * Fractions to lowest terms: `175/91=` → `84,7,0;175/7:25,91/7:13#25/13`, Euclid's remainders and then both
 * divisions by the divisor that they end in.
 */
import { canonicalIntegers } from "./canonical.js";
import { defineTask, numbersIn } from "./define.js";
import { euclid, mostDivisions } from "./euclid.js";
import { Slip } from "./slip.js";

const largestFactor = 13;

/** A numerator below the denominator costs Euclid one division more. */
const limit = (digits: number) => mostDivisions(digits) + 1;

export const fractions = defineTask<number>({
  name: "fractions",
  description: "fractions reduced to lowest terms with Euclid's algorithm",
  levels: [
    { level: 2, description: "numerator and denominator of up to two digits", size: 2 },
    { level: 3, description: "numerator and denominator of up to three digits", size: 3 },
  ],
  alphabet: "0123456789/:;,=#",
  pattern: /^[1-9]\d*\/[1-9]\d*=$/,
  example: "175/91=",
  longest: (digits) => ({
    steps: limit(digits) * (digits + 1) + 2 * (3 * digits + 2) + 1,
    answer: 2 * digits + 1,
  }),
  drawPrompt(digits, random) {
    const factor = random.int(1, largestFactor); // some fractions are in lowest terms already
    const high = Math.floor((10 ** digits - 1) / factor);
    const numerator = random.int(2, high);
    const other = random.int(2, high - 1);
    const denominator = other < numerator ? other : other + 1; // never equal: 1/1 would be the commonest answer
    const { divisor } = euclid(numerator, denominator, limit(digits), new Slip(0, random));
    return `${(numerator / divisor) * factor}/${(denominator / divisor) * factor}=`;
  },
  work(prompt, slip) {
    const [numerator, denominator] = numbersIn<[number, number]>(prompt);
    const digits = String(Math.max(numerator, denominator)).length;
    const { remainders, divisor } = euclid(numerator, denominator, limit(digits), slip);
    const [above, below] = [numerator, denominator].map((part) => slip.number(Math.floor(part / divisor)));
    return {
      steps: `${remainders.join(",")};${numerator}/${divisor}:${above},${denominator}/${divisor}:${below}`,
      answer: `${above}/${below}`,
    };
  },
  result(steps) {
    const [, above, below] = /;\d+\/\d+:(\d+),\d+\/\d+:(\d+)$/.exec(steps) ?? [];
    return above === undefined ? null : `${above}/${below}`;
  },
  canonicalise: (answer) => (answer.split("/").length === 2 ? canonicalIntegers(answer, "/") : null),
});
