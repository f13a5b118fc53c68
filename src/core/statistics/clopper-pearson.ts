/** The exact confidence bounds of a proportion (Clopper and Pearson 1934). */

/** P(X ≥ right) of a binomial: summed from logarithms, so that no factor underflows. */
export function upperTail(right: number, trials: number, p: number): number {
  if (right <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let log = 0;
  // log C(trials, right)
  for (let i = 1; i <= right; i++) log += Math.log(trials - right + i) - Math.log(i);
  log += right * Math.log(p) + (trials - right) * Math.log1p(-p);
  const odds = p / (1 - p);
  let total = 0;
  let term = Math.exp(log);
  for (let i = right; i <= trials; i++) {
    total += term;
    term *= ((trials - i) / (i + 1)) * odds;
  }
  return Math.min(1, total);
}

/** The p below which so many right ones or more have a probability under alpha; 0 where none is right. */
export function lowerProportion(right: number, trials: number, alpha: number): number {
  if (right <= 0) return 0;
  let low = 0;
  let high = right / trials;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (upperTail(right, trials, middle) < alpha) low = middle;
    else high = middle;
  }
  return low;
}

/** The p above which so many right ones or fewer have a probability under alpha; 1 where all are right. */
export const upperProportion = (right: number, trials: number, alpha: number): number =>
  1 - lowerProportion(trials - right, trials, alpha);
