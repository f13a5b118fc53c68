/** Sampling: the completions of all requests, as rows that streams draw side by side. */
import type { Completion, SampleRequest, SamplingOptions } from "../engine.js";
import type { RowRequest } from "./decode-loop.js";

/** Draws chunks of rows, one after another: this thread, or another one. */
export interface Stream {
  draw(
    rows: readonly RowRequest[],
    longest: number,
    options: SamplingOptions,
    onDrawn: (drawn: number) => void,
  ): Promise<Completion[]>;
}

/** The most tokens that a row of these requests comes to have. */
export const longestRow = (requests: readonly SampleRequest[], { maxTokens }: SamplingOptions): number =>
  Math.max(0, ...requests.map(({ prompt }) => prompt.length)) + maxTokens;

/**
 * Draws every completion of the requests. Each stream takes chunks of at most `limit` rows until none is left. When one fails, the others
 * end the chunk that they are at.
 */
export async function sample(
  streams: readonly Stream[],
  requests: readonly SampleRequest[],
  { onProgress, ...options }: SamplingOptions,
  limit: number,
): Promise<Completion[][]> {
  const rows = requests.flatMap(({ prompt, keys }) => keys.map((key): RowRequest => ({ prompt, key })));
  const chunks = evenly(rows, limit, streams.length);
  const longest = longestRow(requests, options);
  const total = rows.length * options.maxTokens;
  const drawn = chunks.map(() => 0);
  const completions: Completion[][] = [];
  let next = 0;
  const run = async (stream: Stream) => {
    while (next < chunks.length) {
      const at = next++;
      const report = (count: number) => {
        drawn[at] = count;
        onProgress?.(
          drawn.reduce((a, b) => a + b, 0),
          total,
        );
      };
      try {
        completions[at] = await stream.draw(chunks[at] as RowRequest[], longest, options, report);
      } catch (error) {
        next = chunks.length;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(streams.map(run));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  const all = completions.flat();
  let end = 0;
  return requests.map(({ keys }) => {
    end += keys.length;
    return all.slice(end - keys.length, end);
  });
}

/** Parts of like size of at most `limit` items, as many for each of the streams. */
function evenly<T>(items: readonly T[], limit: number, streams: number): T[][] {
  const parts = streams * Math.ceil(items.length / (streams * limit));
  const size = Math.max(1, Math.ceil(items.length / parts));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
