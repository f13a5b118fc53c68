/** Spearman's rank correlation: whether one figure orders things as another does. */
import { mean, sum } from "../../../numbers.js";

/** Ranks from 1; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** From −1 to 1; null where either side has one value alone. */
export function spearman(points: readonly (readonly [x: number, y: number])[]): number | null {
  const [x, y] = [ranksOf(points.map(([own]) => own)), ranksOf(points.map(([, own]) => own))];
  const [centreX, centreY] = [mean(x), mean(y)];
  const products = (a: readonly number[], b: readonly number[]): number =>
    sum(a.map((own, i) => (own - (a === x ? centreX : centreY)) * (b[i]! - (b === x ? centreX : centreY))));
  const spread = Math.sqrt(products(x, x) * products(y, y));
  return spread === 0 ? null : products(x, y) / spread;
}
