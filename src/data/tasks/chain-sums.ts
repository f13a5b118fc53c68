/** Additions and subtractions with running totals: `6+6+3-2=` → `6+6:12+3:15-2:13#13`. */
import { canonicalInteger } from "./canonical.js";
import { addTerm, drawChain, parseChain } from "./chain.js";
import { defineTask } from "./define.js";

export const chainSums = defineTask<number>({
  name: "chain-sums",
  description: "one-digit additions and subtractions with the running total written after each",
  levels: [
    { level: 4, description: "four terms", size: 4 },
    { level: 6, description: "six terms", size: 6 },
    { level: 8, description: "eight terms", size: 8 },
  ],
  alphabet: "0123456789+-:=#",
  pattern: /^\d([-+]\d)+=$/,
  example: "6+6+3-2=",
  // A right total has two digits; slips can drive it to four characters (`-107`, `1006`) and no further.
  longest: (terms) => ({ steps: 1 + (terms - 1) * "+9:1006".length, answer: 4 }),
  drawPrompt: (terms, random) => `${drawChain(terms, random)}=`,
  work(prompt, slip) {
    const { first, terms } = parseChain(prompt);
    let total = first;
    let steps = String(first);
    for (const term of terms) {
      total = slip.number(addTerm(total, term));
      steps += `${term.operator}${term.digit}:${total}`;
    }
    return { steps, answer: String(total) };
  },
  canonicalise: canonicalInteger,
  result: (steps) => /:(-?\d+)$/.exec(steps)?.[1] ?? null,
});
