/**
 * Shannon entropy (nats) of the distribution in proportion to non-negative weights; 0 for none. The order of
 * summation is the order given: pass weights in an order that does not depend on the samples' for exact invariance.
 */
import { sum } from "../../numbers.js";
export function entropyOfCounts(counts: readonly number[]): number {
  const total = sum(counts);
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / total) * Math.log(count / total);
  return entropy;
}
