/** The exact confidence bounds of a Poisson mean (Garwood 1936). */

/** P(X ≤ count) at this mean. */
export function poissonBelow(count: number, mean: number): number {
  let log = -mean;
  let total = Math.exp(log);
  for (let i = 1; i <= count; i++) {
    log += Math.log(mean) - Math.log(i);
    total += Math.exp(log);
  }
  return Math.min(1, total);
}

/** The mean above which so many events or fewer have a probability under alpha. */
export function upperMean(count: number, alpha: number): number {
  let high = count + 1;
  while (poissonBelow(count, high) >= alpha) high *= 2;
  return bisect(0, high, (mean) => poissonBelow(count, mean) >= alpha);
}

/** The mean below which so many events or more have a probability under alpha; 0 of no event. */
export const lowerMean = (count: number, alpha: number): number =>
  count === 0 ? 0 : bisect(0, count, (mean) => 1 - poissonBelow(count - 1, mean) < alpha);

/** Where `below` ceases to hold. */
function bisect(low: number, high: number, below: (at: number) => boolean): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (below(middle)) from = middle;
    else to = middle;
  }
  return from;
}
