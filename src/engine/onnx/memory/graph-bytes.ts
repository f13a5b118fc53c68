/** Peak bytes of runs of a graph. */
import type { Graph } from "../../../graph/graph.js";
import { largestBytes, peakBytes } from "../../../graph/memory.js";
import type { ModelShape } from "../programs/model-inputs.js";

/**
 * Of a run on this many rows of this many tokens, of which `scored` (all, by default) reach the vocabulary. Infinite where a value is larger
 * than the largest that may be.
 */
export type GraphBytes = (rows: number, time: number, scored?: number) => number;

export function graphBytes(graph: Graph, shape: ModelShape, largestTensor: number): GraphBytes {
  const bytes = peakBytes(graph);
  const largest = largestTensor === Infinity ? () => 0 : largestBytes(graph);
  return (rows, time, scored = rows * time) => {
    const sizes = {
      B: rows,
      T: time,
      N: rows * time,
      M: scored,
      C: time,
      P: shape.config.contextLength,
    };
    return largest(sizes) > largestTensor ? Infinity : bytes(sizes);
  };
}

/** Plans are asked for again and again, and lengths are few. */
export function remembered<T>(plan: (time: number) => T): (time: number) => T {
  const known = new Map<number, T>();
  return (time) => {
    const found = known.get(time) ?? plan(time);
    known.set(time, found);
    return found;
  };
}
