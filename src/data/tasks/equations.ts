/**
 * Linear equations in one unknown: `8x+13=109>` → `8x=96;#12`, and with the unknown on both sides
 * `8x+13=5x+49>` → `3x+13=49;3x=36;#12`. Solutions are natural numbers.
 */
import { canonicalInteger } from "./canonical.js";
import { defineTask } from "./define.js";

interface Size {
  readonly coefficient: number;
  readonly solution: number;
  readonly constant: number;
  readonly bothSides: boolean;
}

const width = (value: number) => String(value).length;
const pattern = /^(\d+)x([-+])(\d+)=(?:(\d+)x\+)?(\d+)>$/;

export const equations = defineTask<Size>({
  name: "equations",
  description: "linear equations in one unknown, rearranged a step at a time",
  levels: [
    {
      level: 1,
      description: "one-digit coefficient, two-digit constant and solution",
      size: { coefficient: 9, solution: 99, constant: 99, bothSides: false },
    },
    {
      level: 2,
      description: "coefficient up to 19, three-digit constant and solution",
      size: { coefficient: 19, solution: 999, constant: 999, bothSides: false },
    },
    {
      level: 3,
      description: "as level 1 with the unknown on both sides",
      size: { coefficient: 9, solution: 99, constant: 99, bothSides: true },
    },
  ],
  alphabet: "0123456789+-=;>#x",
  pattern,
  example: "8x+13=109>",
  longest({ coefficient, solution, constant, bothSides }) {
    const product = width(coefficient * solution);
    const isolated = width(coefficient) + "x=;".length + product;
    const gathered = isolated + 1 + width(constant) - product + width(coefficient * solution + constant);
    return { steps: isolated + (bothSides ? gathered : 0), answer: product };
  },
  drawPrompt(size, random) {
    const k = random.int(2, size.bothSides ? size.coefficient - 1 : size.coefficient);
    const x = random.int(2, size.solution);
    const plus = random.next() < 0.5;
    const constant = random.int(1, plus ? size.constant : Math.min(size.constant, k * x));
    const right = plus ? k * x + constant : k * x - constant;
    const left = (coefficient: number) => `${coefficient}x${plus ? "+" : "-"}${constant}`;
    if (!size.bothSides) return `${left(k)}=${right}>`;
    const moved = random.int(1, size.coefficient - k);
    return `${left(k + moved)}=${moved}x+${right}>`;
  },
  work(prompt, slip) {
    const [, first, sign, constant, moved, right] = pattern.exec(prompt) ?? [];
    let [k, steps] = [Number(first), ""];
    if (moved !== undefined) {
      // Slipping to 0 would leave nothing to divide by.
      k = Math.max(1, slip.number(k - Number(moved)));
      steps = `${k}x${sign}${constant}=${right};`;
    }
    const product = slip.number(
      sign === "+" ? Number(right) - Number(constant) : Number(right) + Number(constant),
    );
    steps += `${k}x=${product};`;
    return { steps, answer: String(slip.number(Math.floor(product / k))) };
  },
  canonicalise: canonicalInteger,
});
