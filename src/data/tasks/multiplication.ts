/**
 * Long multiplication: `61*58=` → `488;3050,3538#3538`, the partial products from the lowest digit of the second
 * factor on, each but the first followed by the running sum.
 */
import { canonicalInteger } from "./canonical.js";
import { defineTask, drawNumber, numbersIn } from "./define.js";

export const multiplication = defineTask<readonly [number, number]>({
  name: "multiplication",
  description: "long multiplication with partial products and running sums",
  levels: [
    { level: 2, description: "two digits times two", size: [2, 2] },
    { level: 3, description: "three digits times two", size: [3, 2] },
    { level: 4, description: "three digits times three", size: [3, 3] },
  ],
  alphabet: "0123456789*=,;#",
  pattern: /^\d+\*\d+=$/,
  example: "61*58=",
  longest([first, second]) {
    // Partial product i has at most first + 1 + i digits; slips can give the running sum one digit more.
    let steps = first + 1;
    for (let i = 1; i < second; i++) steps += 1 + (first + 1 + i) + 1 + (first + 2 + i);
    return { steps, answer: first + 1 + second };
  },
  drawPrompt: ([first, second], random) => `${drawNumber(first, random)}*${drawNumber(second, random)}=`,
  work(prompt, slip) {
    const [a, b] = numbersIn<[number, number]>(prompt);
    let total = 0;
    const steps = [...String(b)].reverse().map((digit, i) => {
      const partial = slip.number(a * Number(digit) * 10 ** i);
      if (i === 0) {
        total = partial;
        return String(partial);
      }
      total = slip.number(total + partial);
      return `${partial},${total}`;
    });
    return { steps: steps.join(";"), answer: String(total) };
  },
  canonicalise: canonicalInteger,
  result: (steps) => /(?:^|,)(\d+)$/.exec(steps)?.[1] ?? null,
});
