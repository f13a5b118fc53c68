/** Calls of which so many are under way at a time; results in their order. */
export async function pooled<A, B>(
  items: readonly A[],
  atOnce: number,
  call: (item: A, index: number) => Promise<B>,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await call(items[index]!, index);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, work));
  // All have ended before one's failure is told: nothing goes on behind the back of who repeats them.
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return results;
}
