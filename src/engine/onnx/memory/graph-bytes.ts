/** Peak bytes of runs of a graph. */
import type { Graph } from "../../../graph/graph.js";
import { peakBytes } from "../../../graph/memory.js";
import type { ModelShape } from "../programs/model-inputs.js";

/** Of a run on this many rows of this many tokens, of which `scored` (all, by default) reach the vocabulary. */
export type GraphBytes = (rows: number, time: number, scored?: number) => number;

export function graphBytes(graph: Graph, shape: ModelShape): GraphBytes {
  const bytes = peakBytes(graph);
  return (rows, time, scored = rows * time) =>
    bytes({
      B: rows,
      T: time,
      N: rows * time,
      M: scored,
      C: time,
      P: shape.config.contextLength,
    });
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
