/** Chains of one-digit additions and subtractions, shared by the tasks that add them up. */
import type { Random } from "../../random.js";

export interface Term {
  readonly operator: "+" | "-";
  readonly digit: number;
}

/** A chain such as `6+6+3+9-2-3`, whose running totals are never negative. */
export function drawChain(terms: number, random: Random): string {
  let total = random.int(1, 9);
  let chain = String(total);
  for (let i = 1; i < terms; i++) {
    const digit = random.int(1, 9);
    const down = random.next() < 0.5 && digit <= total;
    chain += (down ? "-" : "+") + digit;
    total += down ? -digit : digit;
  }
  return chain;
}

/** The first number of a chain and the terms that follow it. */
export function parseChain(chain: string): { readonly first: number; readonly terms: Term[] } {
  const terms = [...chain.matchAll(/([-+])(\d)/g)].map(
    ([, operator, digit]): Term => ({ operator: operator === "+" ? "+" : "-", digit: Number(digit) }),
  );
  return { first: Number(chain[0]), terms };
}

/** The running total after a term. */
export function addTerm(total: number, { operator, digit }: Term): number {
  return operator === "+" ? total + digit : total - digit;
}
