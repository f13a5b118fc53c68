/** Sizes that training and sampling have in common. */

/**
 * Shares of what weights, moments and gradients leave. A program keeps the memory that it took, so that what samples and what trains
 * are there at once.
 */
export const SHARES = { training: 0.6, decoding: 0.3, prefilling: 0.1 } as const;

/**
 * Tokens of a batch that several threads of ONNX Runtime work on: with fewer they spend more of each operator on waiting for one
 * another, and gradients are read and written more often.
 */
export const MOST_TOKENS = 2048;

/** With fewer tokens than this a stream reads weights, and gradients, too often for them; threads that would have fewer do not work apart. */
export const FEWEST_STREAM_TOKENS = 512;

/** Sequences of a batch of at most so many tokens. */
export const mostSequences = (time: number, tokens: number): number => Math.max(1, Math.floor(tokens / time));
