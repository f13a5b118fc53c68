/** Time that a busy machine takes no part in. */

/**
 * Milliseconds that work keeps the processor busy, the least of some tries. Of a try it is the lesser of the time that passed,
 * in which other processes may have run, and the processor time of this process, in which its other threads may have.
 */
export function busyTime(work: () => void, tries = 5, enough = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < tries && least > enough; k++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    work();
    const passed = performance.now() - start;
    const { user, system } = process.cpuUsage(used);
    least = Math.min(least, passed, (user + system) / 1000);
  }
  return least;
}
