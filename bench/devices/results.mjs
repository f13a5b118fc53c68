/** From times on both devices to what is reported of a work. */

import { interval } from "../interval.mjs";
import { mapValues, median } from "../measure.mjs";
import { reached, roundedAll, scoring } from "../results.mjs";

/**
 * `{cpu, gpu, ratio, runs, utilisation, dispatching}`: medians in the work's unit; how many times as fast the device is, as the geometric mean over
 * pairs and the ends of its 95% interval; the share of the device's own matrix product that is reached; and the time of as many dispatches
 * on the smallest tensors, as a share of the device's. The latter two are null where they are not measured.
 */
export function deviceComparison({ tokens, flops }, { times, rates }) {
  const { cpu, gpu, smallest } = times;
  const score = scoring(tokens);
  return {
    ...mapValues({ cpu, gpu }, (seconds) => score(median(seconds))),
    ratio: roundedAll(interval(cpu.map((seconds, run) => seconds / gpu[run]))),
    runs: gpu.length,
    utilisation: flops
      ? mapValues({ cpu, gpu }, (seconds, name) => reached(flops, rates[name], seconds))
      : null,
    dispatching: smallest ? roundedAll(median(smallest.map((seconds, run) => seconds / gpu[run]))) : null,
  };
}
