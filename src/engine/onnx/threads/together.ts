/** A task that streams do side by side. */
import type { Done } from "./claims.js";

/** Is told how much a stream has done so far. */
export type OnDone = (done: number) => void;

/**
 * What comes of a task that all these streams do, in the order of the jobs. When one fails, the others end the job that they are at.
 * The streams begin in the order given.
 */
export async function together<T>(
  streams: readonly ((onDone: OnDone) => Promise<readonly Done<T>[]>)[],
  onProgress: OnDone = () => {},
): Promise<T[]> {
  const doneBy = streams.map(() => 0);
  const ended = await Promise.allSettled(
    streams.map((work, i) =>
      work((done) => {
        doneBy[i] = done;
        onProgress(doneBy.reduce((a, b) => a + b));
      }),
    ),
  );
  const results: T[] = [];
  for (const end of ended) {
    if (end.status === "rejected") throw end.reason;
    for (const { job, result } of end.value) results[job] = result;
  }
  return results;
}
