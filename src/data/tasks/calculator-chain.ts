/**
 * Expressions read as a pocket calculator does, from left to right without precedence: `3+7*25` is 250. Answers
 * of the countdown task have this form.
 */
import { canonicalInteger } from "./canonical.js";

interface Operand {
  readonly operator: string;
  /** Decimal digits without leading zeros. */
  readonly digits: string;
}

const multiplicative = (operand: Operand) => operand.operator === "*";

/** Larger first, on the text, so that no length loses precision. */
function descending(a: Operand, b: Operand): number {
  return b.digits.length - a.digits.length || (b.digits < a.digits ? -1 : b.digits > a.digits ? 1 : 0);
}

/**
 * Canonical form up to the order of operands that does not change the value: within a run of additions and
 * subtractions the added operands come first, and equal operators are in descending order of operands;
 * within a run of products likewise. `3*25+7` → `25*3+7`, `7-2+30` → `30+7-2`. Null for other text.
 */
export function canonicalChain(text: string): string | null {
  const trimmed = text.trim();
  if (!/^\d+([-+*]\d+)*$/.test(trimmed)) return null;
  const operands = [...trimmed.matchAll(/([-+*]?)(\d+)/g)].map(
    ([, operator, digits]): Operand => ({
      operator: operator as string,
      digits: canonicalInteger(digits as string) as string,
    }),
  );
  // The number that the chain starts with takes part in the first run.
  const [head, second] = operands as [Operand, Operand?];
  operands[0] = { digits: head.digits, operator: second && multiplicative(second) ? "*" : "+" };

  const runs: Operand[][] = [];
  for (const operand of operands) {
    const run = runs.at(-1);
    if (run?.[0] && multiplicative(run[0]) === multiplicative(operand)) run.push(operand);
    else runs.push([operand]);
  }
  return runs
    .flatMap((run) => [
      ...run.filter(({ operator }) => operator !== "-").sort(descending),
      ...run.filter(({ operator }) => operator === "-").sort(descending),
    ])
    .map(({ operator, digits }, i) => (i === 0 ? digits : operator + digits))
    .join("");
}
