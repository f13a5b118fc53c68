/** The recursion of a one-sided CUSUM, and what is known of it in closed form. */

/** One step of the sum; `z` points to where the alarm is. */
export const cusumStep = (sum: number, z: number, k: number): number => Math.max(0, sum + z - k);

/** Mean steps to a false alarm of a one-sided CUSUM on independent standard normal values (Siegmund 1985). */
export function siegmundArl(k: number, h: number): number {
  const d = 2 * k * (h + 1.166);
  return (Math.exp(d) - d - 1) / (2 * k * k);
}
