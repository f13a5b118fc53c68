/** From times and rates to what is reported: medians, ratios within the run, shares of the machine's roofs. */
import { mapValues, median } from "./measure.mjs";

/** From seconds to the unit of a workload: tokens a second where it has tokens. */
export const scoring = (tokens) => (seconds) => rounded(tokens ? tokens / seconds : seconds);

/** The share of a roof that so much work reaches: the median of the repetitions' own. */
export const reached = (work, rates, times) =>
  share(median(times.map((seconds, run) => work / rates[run] / seconds)));

/** Four digits, as far as noise lets any mean something. */
export const rounded = (value) => Number(value.toPrecision(4));
/** Of 1. */
const share = (value) => Number(value.toFixed(3));

/**
 * `{ours, peers, missing, fastest, peer, ratio}` in the workload's unit: `peers` by configuration, `missing` why a configuration does not run,
 * `fastest` the name of the one that is the peer. These are null, and `peers` is empty, where there is no peer. A ratio above 1 means that ours is
 * faster. With a roof of arithmetic alone also `utilisation`, with one of memory too `roofline`: the shares of them that our side reaches,
 * each the median of the repetitions' own, since the machine's speed drifts.
 */
export function comparison({ tokens, flops, bytes }, { ours, peers, missing, rates }) {
  const score = scoring(tokens);
  const medians = mapValues(peers, median);
  const fastest = fastestOf(medians);
  const result = {
    ours: score(median(ours)),
    peers: mapValues(medians, score),
    missing,
    fastest,
    peer: fastest === null ? null : score(medians[fastest]),
    ratio: fastest === null ? null : Number((medians[fastest] / median(ours)).toFixed(2)),
  };
  if (bytes) {
    const compute = reached(flops, rates.matmul, ours);
    const bandwidth = reached(bytes, rates.copy, ours);
    result.roofline = { compute, bandwidth, best: Math.max(compute, bandwidth) };
  } else if (flops) {
    result.utilisation = reached(flops, rates.matmul, ours);
  }
  return result;
}

/** The name with the fewest seconds, null of none. */
export function fastestOf(seconds) {
  const names = Object.keys(seconds);
  return names.length === 0 ? null : names.reduce((a, b) => (seconds[b] < seconds[a] ? b : a));
}

/** The numbers of a result of our side alone, wherever they lie; counts and texts stay as they are. */
export function roundedAll(value) {
  if (typeof value === "number") return Number.isInteger(value) ? value : rounded(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(roundedAll);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, roundedAll(inner)]));
}
