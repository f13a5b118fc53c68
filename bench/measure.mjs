/** Timing: all sides in alternation, so that a slow spell of the machine falls on each. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The idle threads of whoever ran last spin on for a while, on the cores that the next one needs. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 200));

/** Seconds that an asynchronous function takes. */
export async function seconds(run) {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** The high-water mark of this process so far: engine thread, its programs' buffers, and the benchmark itself. */
export function peakRssMiB() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

/**
 * `runs` repetitions: seconds of ours and of every peer, and the rate of each roof at ours. `ours` is timed here; peers, by the name of their
 * configuration, and roofs are `Repeater`s. All are warm.
 */
export async function alternate(runs, ours, peers, roofs = {}) {
  const times = { ours: [], peers: mapValues(peers, () => []), rates: mapValues(roofs, () => []) };
  for (let run = 0; run < runs; run++) {
    const { time, rates } = await amongRoofs(ours, roofs);
    times.ours.push(time);
    for (const name of Object.keys(roofs)) times.rates[name].push(rates[name]);
    for (const [name, peer] of Object.entries(peers)) {
      await rest();
      times.peers[name].push((await peer.run()).seconds);
    }
  }
  return times;
}

/** Seconds of one repetition, and the rate of each roof as the mean of a measurement right before it and one right after. */
export async function amongRoofs(run, roofs) {
  const before = await ratesOf(roofs);
  await rest();
  const time = await seconds(run);
  await rest();
  const after = await ratesOf(roofs);
  return { time, rates: mapValues(roofs, (_, name) => (before[name] + after[name]) / 2) };
}

async function ratesOf(roofs) {
  const rates = {};
  for (const [name, roof] of Object.entries(roofs)) rates[name] = (await roof.run()).rate;
  return rates;
}

export function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)]));
}
