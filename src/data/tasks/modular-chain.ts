/**
 * A chain of operations modulo m, left to right: `m97:35*4+61=` → `35*4:140r43 43+61:104r7#7`, where each step
 * is the operation, its value, and the remainder that goes on.
 */
import { canonicalInteger } from "./canonical.js";
import { defineTask } from "./define.js";

export const modularChain = defineTask<number>({
  name: "modular-chain",
  description: "additions, subtractions and products modulo a two-digit number, from left to right",
  levels: [
    { level: 2, description: "two operations", size: 2 },
    { level: 3, description: "three operations", size: 3 },
    { level: 4, description: "four operations", size: 4 },
  ],
  alphabet: "0123456789+-*:= #mr",
  pattern: /^m[1-9]\d*:\d+([-+*]\d+)+=$/,
  example: "m97:35*4+61=",
  // The longest steps are such as `99+96:195r98`, with a blank between steps.
  longest: (operations) => ({ steps: operations * 13 - 1, answer: 2 }),
  drawPrompt(operations, random) {
    const modulus = random.int(11, 99);
    let chain = String(random.int(0, modulus - 1));
    for (let i = 0; i < operations; i++) {
      const operator = random.pick(["+", "-", "*"]);
      chain += operator + (operator === "*" ? random.int(2, 9) : random.int(1, modulus - 1));
    }
    return `m${modulus}:${chain}=`;
  },
  work(prompt, slip) {
    const [head, chain] = prompt.slice(1, -1).split(":") as [string, string];
    const modulus = Number(head);
    let value = Number.parseInt(chain, 10);
    const steps: string[] = [];
    for (const [, operator, digits] of chain.matchAll(/([-+*])(\d+)/g)) {
      const operand = Number(digits);
      const raw = slip.number(
        operator === "*" ? value * operand : operator === "+" ? value + operand : value - operand,
      );
      const remainder = slip.number(((raw % modulus) + modulus) % modulus);
      steps.push(`${value}${operator}${operand}:${raw}r${remainder}`);
      value = remainder;
    }
    return { steps: steps.join(" "), answer: String(value) };
  },
  canonicalise: canonicalInteger,
  result: (steps) => /r(-?\d+)$/.exec(steps)?.[1] ?? null,
});
