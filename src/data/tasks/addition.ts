/**
 * Addition digit by digit from the right: `413+389=` → `390:21 181:01 431:80#802`, where a column is the two
 * digits and the carry that came in, a colon, then the digit and the carry that goes out.
 */
import { canonicalInteger } from "./canonical.js";
import { defineTask, drawNumber } from "./define.js";

export const addition = defineTask<number>({
  name: "addition",
  description: "two numbers added column by column with explicit carries",
  levels: [
    { level: 2, description: "two-digit numbers", size: 2 },
    { level: 3, description: "three-digit numbers", size: 3 },
    { level: 4, description: "four-digit numbers", size: 4 },
    { level: 5, description: "five-digit numbers", size: 5 },
  ],
  alphabet: "0123456789+:= #",
  pattern: /^\d+\+\d+=$/,
  example: "413+389=",
  longest: (digits) => ({ steps: digits * "390:21 ".length - 1, answer: digits + 1 }),
  drawPrompt: (digits, random) => `${drawNumber(digits, random)}+${drawNumber(digits, random)}=`,
  work(prompt, slip) {
    const [first, second] = prompt.slice(0, -1).split("+") as [string, string];
    const columns = Math.max(first.length, second.length);
    const [a, b] = [first.padStart(columns, "0"), second.padStart(columns, "0")];
    const steps: string[] = [];
    let [carry, sum] = [0, ""];
    for (let at = columns - 1; at >= 0; at--) {
      const total = Number(a[at]) + Number(b[at]) + carry;
      const digit = slip.digit(total % 10);
      const carryOut = slip.digit(Math.floor(total / 10), 2);
      steps.push(`${a[at]}${b[at]}${carry}:${digit}${carryOut}`);
      sum = `${digit}${sum}`;
      carry = carryOut;
    }
    return { steps: steps.join(" "), answer: String(Number(`${carry}${sum}`)) };
  },
  canonicalise: canonicalInteger,
  result(steps) {
    if (!/^\d{3}:\d\d( \d{3}:\d\d)*$/.test(steps)) return null;
    const columns = [...steps.matchAll(/:(\d)(\d)/g)];
    return (
      columns.at(-1)![2] +
      columns
        .map(([, digit]) => digit)
        .reverse()
        .join("")
    );
  },
});
