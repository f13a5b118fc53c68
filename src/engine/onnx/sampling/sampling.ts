/** Sampling: the completions of all requests, as rows that streams draw side by side. */
import type { Completion, SampleRequest, SamplingOptions } from "../../engine.js";
import type { GivenRow } from "./handover.js";
import type { RowRequest } from "./row-request.js";

/** Draws chunks of rows, one after another. */
export interface Stream {
  /** The completions of the rows; null for those shared on the way. */
  draw(rows: readonly RowRequest[], onDrawn: (drawn: number) => void): Promise<(Completion | null)[]>;
  /**
   * Some of the rows that it is drawing, to go on with; none where that is not worth it. Not to be called again before the other has
   * begun with them.
   */
  share(): Promise<readonly GivenRow[]>;
}

/** A row, and its place among all. */
interface Placed {
  readonly row: RowRequest;
  readonly place: number;
}

/** What one stream draws. */
interface Chunk {
  readonly rows: readonly Placed[];
  /** Tokens to draw, of rows that may end early as many as they may have. */
  total: number;
  /** Tokens that need no more drawing. */
  drawn: number;
  /** The stream that it was taken from. */
  readonly from?: Stream;
}

/** The most tokens that a row of these requests comes to have. */
export const longestRow = (requests: readonly SampleRequest[], { maxTokens }: SamplingOptions): number =>
  Math.max(0, ...requests.map(({ prompt }) => prompt.length)) + maxTokens;

/**
 * Draws every completion of the requests. Each stream takes chunks of at most `limit` rows until none is left, and then half of what
 * another one is at. When one fails, the others end the chunk that they are at.
 */
export async function sample(
  streams: readonly Stream[],
  requests: readonly SampleRequest[],
  { onProgress, ...options }: SamplingOptions,
  limit: number,
): Promise<Completion[][]> {
  const rows = requests.flatMap(({ prompt, keys }) => keys.map((key): RowRequest => ({ prompt, key })));
  const placed = rows.map((row, place) => ({ row, place }));
  const waiting = evenly(placed, limit, streams.length).map((part) => chunkOf(part, options));
  const completions: Completion[] = [];
  const drawing = new Map<Stream, Chunk>();
  /** Streams that were asked for rows which nobody has begun with yet. */
  const asked = new Set<Stream>();
  const chunks: Chunk[] = [];
  let failed = false;
  const draw = async (stream: Stream, chunk: Chunk) => {
    const report = (count: number) => {
      chunk.drawn = count;
      if (chunk.from) asked.delete(chunk.from);
      const drawn = chunks.reduce((sum, chunk) => sum + chunk.drawn, 0);
      onProgress?.(drawn, rows.length * options.maxTokens);
    };
    drawing.set(stream, chunk);
    chunks.push(chunk);
    const given = chunk.rows.map(({ row }) => row);
    const drawn = await stream.draw(given, report);
    drawing.delete(stream);
    for (const [i, { place }] of chunk.rows.entries()) {
      const completion = drawn[i];
      if (completion) completions[place] = completion;
    }
  };
  const run = async (stream: Stream) => {
    try {
      while (!failed) {
        const chunk = waiting.shift() ?? (await halfOfAnother(drawing, asked, options));
        if (!chunk || failed) return;
        await draw(stream, chunk);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ended = await Promise.allSettled(streams.map(run));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  let end = 0;
  return requests.map(({ keys }) => {
    end += keys.length;
    return completions.slice(end - keys.length, end);
  });
}

function chunkOf(rows: readonly Placed[], { maxTokens }: SamplingOptions, from?: Stream): Chunk {
  const total = rows.reduce((sum, { row }) => sum + maxTokens - (row.begun?.tokens.length ?? 0), 0);
  return { rows, total, drawn: 0, ...(from && { from }) };
}

/** Takes rows of the stream that has most to draw. */
async function halfOfAnother(
  drawing: ReadonlyMap<Stream, Chunk>,
  asked: Set<Stream>,
  options: SamplingOptions,
): Promise<Chunk | undefined> {
  const left = ({ total, drawn }: Chunk) => total - drawn;
  const [busiest] = [...drawing]
    .filter(([stream]) => !asked.has(stream))
    .sort(([, a], [, b]) => left(b) - left(a));
  if (!busiest) return undefined;
  const [stream, chunk] = busiest;
  asked.add(stream);
  const given = await stream.share();
  if (given.length === 0) {
    asked.delete(stream);
    return undefined;
  }
  const placed = given.map(({ at, row }) => ({ row, place: (chunk.rows[at] as Placed).place }));
  const taken = chunkOf(placed, options, stream);
  chunk.total -= taken.total;
  return taken;
}

/** Parts of like size of at most `limit` items, as many for each of the streams. */
function evenly<T>(items: readonly T[], limit: number, streams: number): T[][] {
  const parts = streams * Math.ceil(items.length / (streams * limit));
  const size = Math.max(1, Math.ceil(items.length / parts));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
