/** How often scores put what is right above what is wrong. */

/**
 * Pairs of a right and a wrong solution, and how many of them the right one wins by its score, equal scores by half: the statistic of Mann and
 * Whitney (1947), by ranks in time n log n.
 */
export function wins(scores: readonly number[], right: readonly boolean[]): { won: number; pairs: number } {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let wrongBelow = 0;
  let won = 0;
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    let [rightHere, wrongHere] = [0, 0];
    for (; at < order.length && scores[order[at]!] === score; at++) {
      if (right[order[at]!]) rightHere++;
      else wrongHere++;
    }
    won += rightHere * (wrongBelow + wrongHere / 2);
    wrongBelow += wrongHere;
  }
  const rights = right.filter(Boolean).length;
  return { won, pairs: rights * (right.length - rights) };
}
