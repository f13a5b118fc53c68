/** Sizes that training and sampling have in common. */
import type { Device } from "../c-api/session.js";

/**
 * Shares of what weights, moments and gradients leave. A program keeps the memory that it took, so that what samples and what trains
 * are there at once.
 */
export const SHARES = { training: 0.6, decoding: 0.3, prefilling: 0.1 } as const;

/** What is worked on at a time, where memory allows. */
export interface Most {
  /** Tokens of a batch of one stream. */
  readonly tokens: number;
  /** Rows of a decode batch. */
  readonly rows: number;
}

export const MOST: Readonly<Record<Device, Most>> = {
  // With fewer tokens, several threads of ONNX Runtime spend more of each operator on waiting for one another, and gradients are read and
  // written more often. With more rows a decode step gets no cheaper per row.
  cpu: { tokens: 2048, rows: 256 },
  // Every batch and every decode step takes its dispatches, however large it is. Calculated, and measured on no card.
  gpu: { tokens: 8192, rows: 1024 },
};

/** With fewer tokens than this a stream reads weights, and gradients, too often for them; threads that would have fewer do not work apart. */
export const FEWEST_STREAM_TOKENS = 512;

/** Sequences of a batch of at most so many tokens. */
export const mostSequences = (time: number, tokens: number): number => Math.max(1, Math.floor(tokens / time));
