/** The same chains as chain-sums without a chain of thought: `6+6+3+9-2-3>` → `#19`. */
import { canonicalInteger } from "./canonical.js";
import { addTerm, drawChain, parseChain } from "./chain.js";
import { defineTask } from "./define.js";

export const mentalSums = defineTask<number>({
  name: "mental-sums",
  description: "one-digit additions and subtractions answered at once: the shortest completions of all tasks",
  levels: [
    { level: 4, description: "four terms", size: 4 },
    { level: 6, description: "six terms", size: 6 },
    { level: 8, description: "eight terms", size: 8 },
  ],
  alphabet: "0123456789+->#",
  pattern: /^\d([-+]\d)+>$/,
  example: "6+6+3-2>",
  longest: () => ({ steps: 0, answer: 2 }),
  drawPrompt: (terms, random) => `${drawChain(terms, random)}>`,
  work(prompt, slip) {
    const { first, terms } = parseChain(prompt);
    return { steps: "", answer: String(slip.number(terms.reduce(addTerm, first))) };
  },
  canonicalise: canonicalInteger,
});
