/** Pearson's chi-square test of counts against probabilities. */

/** erfc for x ≥ 0, to 1.2e-7 of its value (Numerical Recipes, §6.2). */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, c) => sum * t + c, 0);
  return t * Math.exp(polynomial - x * x);
}

/** P(χ² ≥ x) with so many degrees of freedom, by the recurrence Q(k + 2) = Q(k) + (x/2)^(k/2) e^(−x/2) / Γ(k/2 + 1). */
export function chiSquareTail(x: number, degrees: number): number {
  const half = x / 2;
  let k = degrees % 2 === 0 ? 2 : 1;
  let q = k === 2 ? Math.exp(-half) : erfc(Math.sqrt(half));
  let term = k === 2 ? half * Math.exp(-half) : 2 * Math.sqrt(half / Math.PI) * Math.exp(-half);
  for (; k < degrees; k += 2) {
    q += term;
    term *= half / (k / 2 + 1);
  }
  return Math.min(1, q);
}

export interface Comparison {
  readonly statistic: number;
  readonly degrees: number;
}

/** The statistic of one sample. Cells of an expected count below 5 are taken together. */
export function compareCounts(counts: readonly number[], probabilities: readonly number[]): Comparison {
  const total = counts.reduce((a, b) => a + b, 0);
  const cells: { count: number; expected: number }[] = [];
  const rare = { count: 0, expected: 0 };
  counts.forEach((count, i) => {
    const expected = total * probabilities[i]!;
    if (expected >= 5) cells.push({ count, expected });
    else {
      rare.count += count;
      rare.expected += expected;
    }
  });
  if (rare.expected > 0) cells.push(rare);
  const statistic = cells.reduce((sum, c) => sum + (c.count - c.expected) ** 2 / c.expected, 0);
  return { statistic, degrees: cells.length - 1 };
}

/** The p-value of independent comparisons together. */
export function pValue(comparisons: readonly Comparison[]): number {
  const sum = (of: (c: Comparison) => number) => comparisons.reduce((total, c) => total + of(c), 0);
  return chiSquareTail(
    sum((c) => c.statistic),
    sum((c) => c.degrees),
  );
}
