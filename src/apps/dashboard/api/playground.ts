/** A prompt, n solutions from a checkpoint, and the vote as it forms. */
import type { Problem } from "./problem.js";
import type { Cluster } from "./step.js";

export interface PlaygroundRequest {
  readonly prompt: string;
  /** Step of a checkpoint; the last by default. */
  readonly checkpoint?: number;
  /** Default 16, at most 64. */
  readonly samples?: number;
  /** Default: the run's. */
  readonly temperature?: number;
  /** Default: the run's. */
  readonly maxNewTokens?: number;
  readonly seed?: number;
  /** Sample although a run trains on this machine: it slows that run down. Without it the answer is 409 `cores-in-use`. */
  readonly force?: boolean;
}

/** Lines of the answer. */
export type PlaygroundMessage =
  | { readonly type: "loading"; readonly checkpoint: number }
  | { readonly type: "loaded"; readonly seconds: number }
  | {
      readonly type: "sample";
      readonly sample: number;
      readonly completion: string;
      readonly answer: string | null;
      readonly tokens: number;
      readonly finish: string;
      readonly meanLogprob: number | null;
    }
  /** The vote over the samples until now. */
  | {
      readonly type: "vote";
      readonly samples: number;
      readonly label: string | null;
      readonly agreement: number;
      readonly clusters: readonly Pick<Cluster, "answer" | "count" | "samples">[];
      readonly unanswered: readonly number[];
    }
  | { readonly type: "done"; readonly samples: number; readonly seconds: number }
  | { readonly type: "failed"; readonly error: Problem };
