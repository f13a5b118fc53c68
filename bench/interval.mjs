/** Ratios of paired repetitions: their geometric mean, and the ends of its 95% interval (Student's t over the logarithms). */

/** The quantile of Student's t at 97.5%, of one to three degrees of freedom. */
const FEW = [12.7062, 4.30265, 3.18245];

/** The same, to three digits from four degrees of freedom on (Hill's expansion). */
function quantile(freedom) {
  if (freedom <= FEW.length) return FEW[freedom - 1];
  const z = 1.959964;
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** i, 0);
}

/** `{mean, lower, upper}`; of a single ratio there is no interval, and both ends are null. */
export function interval(ratios) {
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((a, b) => a + b) / logs.length;
  if (logs.length === 1) return { mean: Math.exp(mean), lower: null, upper: null };
  const variance = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (logs.length - 1);
  const half = quantile(logs.length - 1) * Math.sqrt(variance / logs.length);
  return { mean: Math.exp(mean), lower: Math.exp(mean - half), upper: Math.exp(mean + half) };
}
