/** A task that streams do side by side. */
import type { Claims } from "./claims.js";

/**
 * What comes of the jobs, in their order. Each stream takes jobs until there are none; when one fails, the others end the job that they
 * are at, and nobody takes another.
 */
export async function together<T>(
  claims: Claims,
  streams: readonly ((job: number) => Promise<T>)[],
): Promise<T[]> {
  const results: T[] = [];
  let failed = false;
  const takeAll = async (run: (job: number) => Promise<T>) => {
    try {
      for (let job = claims.take(); job !== null && !failed; job = claims.take()) {
        results[job] = await run(job);
        claims.finish(job);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(streams.map(takeAll));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return results;
}
