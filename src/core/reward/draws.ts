/** What rewards draw at random, as pure functions of the seed and of what it is for. */
import { hashString, uniform } from "../../random.js";

/** Streams apart from those of sampling, which are small numbers. */
const STREAM = { pay: 101, labelled: 102, noisy: 103, wrong: 104 } as const;

/** Uniform in [0, 1), by seed, purpose, prompt and, where given, step and sample. */
export const drawFor = (
  purpose: keyof typeof STREAM,
  seed: number,
  promptId: string,
  ...position: number[]
): number => uniform(seed, STREAM[purpose], ...position, hashString(promptId));
