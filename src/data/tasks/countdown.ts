/**
 * Countdown-style search: reach the target with all three numbers, `c3,7,25:82=` → `82-3:79,82+3:85,82-7:75#25*3+7`.
 * Each try undoes a last operation and asks whether the other two numbers make the rest. Expressions are read
 * from left to right; every problem has one solution up to the order of operands.
 */
import { canonicalChain } from "./calculator-chain.js";
import { apply, solutions, tries } from "./countdown-search.js";
import { defineTask, numbersIn } from "./define.js";

interface Size {
  readonly number: number;
  readonly target: number;
}

export const countdown = defineTask<Size>({
  name: "countdown",
  description: "make the target of three numbers with + - * by backward search; the answer is the expression",
  levels: [
    { level: 1, description: "numbers up to 9, target up to 99", size: { number: 9, target: 99 } },
    { level: 2, description: "numbers up to 12, target up to 199", size: { number: 12, target: 199 } },
    { level: 3, description: "numbers up to 25, target up to 999", size: { number: 25, target: 999 } },
  ],
  alphabet: "0123456789+-*/:,=#c",
  pattern: /^c\d+,\d+,\d+:\d+=$/,
  example: "c3,7,25:82=",
  longest({ number, target }) {
    const [n, t, rest] = [number, target, number + target].map((value) => String(value).length) as [
      number,
      number,
      number,
    ];
    return { steps: 9 * (t + n + rest + 3) - 1, answer: 3 * n + 2 };
  },
  drawPrompt(size, random) {
    // Operations first: drawn with the numbers, sums would crowd out the products that miss the range.
    const [first, second] = [random.pick([0, 1, 2] as const), random.pick([0, 1, 2] as const)];
    for (;;) {
      const numbers = [0, 0, 0].map(() => random.int(2, size.number)) as [number, number, number];
      const made = apply(apply(numbers[0], numbers[1], first), numbers[2], second);
      if (new Set(numbers).size < 3 || made < 1 || made > size.target) continue;
      if (solutions(numbers, made).size === 1) return `c${random.shuffle(numbers).join(",")}:${made}=`;
    }
  },
  work(prompt, slip) {
    const [a, b, c, target] = numbersIn<[number, number, number, number]>(prompt);
    const steps: string[] = [];
    // A slip can hide the solution; the search then ends with the expression that came closest.
    let closest = { gap: Number.POSITIVE_INFINITY, answer: "" };
    for (const { undone, rest, pairs, last } of tries([a, b, c], target)) {
      const seen = slip.number(rest);
      steps.push(`${undone}:${seen}`);
      for (const { expression, value } of pairs) {
        const gap = Math.abs(value - seen);
        if (gap < closest.gap) closest = { gap, answer: expression + last };
      }
      const fitting = slip.choice(
        pairs.find(({ value }) => value === seen),
        pairs,
      );
      if (fitting !== undefined) {
        closest = { gap: 0, answer: fitting.expression + last };
        break;
      }
    }
    return { steps: steps.join(","), answer: canonicalChain(closest.answer) as string };
  },
  canonicalise: canonicalChain,
});
