/** A series in a row of block characters, for a line of text. */

const LEVELS = "▁▂▃▄▅▆▇█";
/** Least difference between top and bottom: what moves by less is noise, and stays flat. */
const LEAST_SPAN = 0.02;

/**
 * The values in at most `width` characters, from the least of them to the largest; where there are more, each character is the mean of
 * neighbours. Nothing of no values.
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = means(values, width);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const span = Math.max(LEAST_SPAN, high - low);
  // What is flat stands in the middle.
  const from = (low + high - span) / 2;
  return shown.map((value) => LEVELS[levelOf((value - from) / span)]).join("");
}

/** Of a share, which rounding may put a little outside 0 and 1. */
const levelOf = (share: number): number =>
  Math.max(0, Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length)));

/** As many means of neighbours as fit, the last of the latest values. */
function means(values: readonly number[], width: number): number[] {
  const count = Math.min(values.length, Math.max(0, width));
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count);
    const own = values.slice(from, Math.floor(((i + 1) * values.length) / count));
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}
