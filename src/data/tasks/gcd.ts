/** Greatest common divisor by Euclid: `g84,36=` → `12,0#12`, the remainders and then the last divisor. */
import { canonicalInteger } from "./canonical.js";
import { defineTask, numbersIn } from "./define.js";
import { euclid, mostDivisions } from "./euclid.js";

const largestPlantedFactor = 13;

export const gcd = defineTask<number>({
  name: "gcd",
  description: "greatest common divisor by Euclid's algorithm; its commonest answer, 1, invites collapse",
  levels: [
    { level: 2, description: "two-digit numbers", size: 2 },
    { level: 3, description: "three-digit numbers", size: 3 },
    { level: 4, description: "four-digit numbers", size: 4 },
  ],
  alphabet: "0123456789,=#g",
  pattern: /^g\d+,[1-9]\d*=$/,
  example: "g84,36=",
  longest: (digits) => ({ steps: mostDivisions(digits) * (digits + 1) - 1, answer: digits }),
  drawPrompt(digits, random) {
    // Two random numbers are coprime six times in ten; a planted factor makes the answers vary.
    const factor = random.int(1, largestPlantedFactor);
    const low = Math.ceil(10 ** (digits - 1) / factor);
    const high = Math.floor((10 ** digits - 1) / factor);
    const first = random.int(low, high);
    const other = random.int(low, high - 1);
    const second = other < first ? other : other + 1; // never equal
    return `g${Math.max(first, second) * factor},${Math.min(first, second) * factor}=`;
  },
  work(prompt, slip) {
    const [a, b] = numbersIn<[number, number]>(prompt);
    const limit = mostDivisions(String(Math.max(a, b)).length);
    const { remainders, divisor } = euclid(a, b, limit, slip);
    return { steps: remainders.join(","), answer: String(divisor) };
  },
  canonicalise: canonicalInteger,
  result(steps, prompt) {
    if (!/^\d+(,\d+)*$/.test(steps)) return null;
    const remainders = steps.split(",");
    if (Number(remainders.at(-1)) !== 0) return remainders.at(-1)!;
    // The last divisor; of a first remainder of 0 the smaller number itself.
    return remainders.at(-2) ?? /g\d+,(\d+)=/.exec(prompt)?.[1] ?? null;
  },
});
