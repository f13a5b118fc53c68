/** Timing: two sides in alternation, so that a slow spell of the machine falls on both. */

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds that an asynchronous function takes. */
export async function seconds(run) {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/**
 * Median seconds of each side over `runs` repetitions. `ours` is timed here; `peer` reports its own time, or is null.
 * Both are warm.
 */
export async function alternate(runs, ours, peer) {
  const times = { ours: [], peer: [] };
  for (let run = 0; run < runs; run++) {
    times.ours.push(await seconds(ours));
    if (peer) times.peer.push((await peer.run()).seconds);
  }
  return { ours: median(times.ours), peer: peer ? median(times.peer) : null };
}
