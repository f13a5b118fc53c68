/** Base conversion by repeated division: `414b8=` → `51r6 6r3 0r6#636`, the remainders read from the last. */
import { canonicalInteger } from "./canonical.js";
import { defineTask, drawNumber, numbersIn } from "./define.js";

const smallestBase = 3;

/** Divisions that the largest number of `digits` decimal digits needs: its digits in that base. */
function mostDivisions(digits: number, base: number): number {
  return (10 ** digits - 1).toString(base).length;
}

export const baseConversion = defineTask<number>({
  name: "base-conversion",
  description: "a decimal number written in a base from 3 to 9, by repeated division",
  levels: [
    { level: 3, description: "three-digit numbers", size: 3 },
    { level: 4, description: "four-digit numbers", size: 4 },
    { level: 5, description: "five-digit numbers", size: 5 },
  ],
  alphabet: "0123456789 =#br",
  pattern: /^\d+b[3-9]=$/,
  example: "414b8=",
  longest(digits) {
    const divisions = mostDivisions(digits, smallestBase);
    return { steps: divisions * (digits + 3) - 1, answer: divisions };
  },
  drawPrompt: (digits, random) => `${drawNumber(digits, random)}b${random.int(smallestBase, 9)}=`,
  work(prompt, slip) {
    const [number, base] = numbersIn<[number, number]>(prompt);
    // A slipped quotient could keep the chain going for ever: it breaks off after more divisions than are needed.
    const limit = mostDivisions(String(number).length, base);
    const steps: string[] = [];
    let [rest, converted] = [number, ""];
    while (rest > 0 && steps.length < limit) {
      const quotient = slip.number(Math.floor(rest / base));
      const remainder = slip.digit(rest % base, base);
      steps.push(`${quotient}r${remainder}`);
      converted = `${remainder}${converted}`;
      rest = quotient;
    }
    return { steps: steps.join(" "), answer: String(Number(converted)) };
  },
  canonicalise: canonicalInteger,
  result(steps) {
    if (!/^\d+r\d( \d+r\d)*$/.test(steps)) return null;
    return [...steps.matchAll(/r(\d)/g)]
      .map(([, remainder]) => remainder)
      .reverse()
      .join("");
  },
});
