/** Euclid's algorithm with slips, shared by the tasks that need a greatest common divisor. */
import type { Slip } from "./slip.js";

/** Most divisions that two numbers of up to `digits` digits need, the larger first (Lamé 1844: Fibonacci numbers). */
export function mostDivisions(digits: number): number {
  let [smaller, larger, divisions] = [1, 2, 0];
  for (; larger < 10 ** digits; divisions++) [smaller, larger] = [larger, smaller + larger];
  return divisions;
}

/**
 * Remainders of the divisions from (a, b) down to 0, and the last divisor. A chain that slips could go on for
 * ever; it breaks off after `limit` divisions, more than any right one needs.
 */
export function euclid(
  a: number,
  b: number,
  limit: number,
  slip: Slip,
): { readonly remainders: number[]; readonly divisor: number } {
  const remainders: number[] = [];
  while (b !== 0 && remainders.length < limit) {
    [a, b] = [b, slip.number(a % b)];
    remainders.push(b);
  }
  return { remainders, divisor: b === 0 ? a : b };
}
