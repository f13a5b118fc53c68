/** What became of the answers over the steps: the probe's vote matrix, the river of a prompt, the collapse of a batch. */
import type { Gap } from "./problem.js";
import type { Source } from "./routes.js";
import type { Verdict } from "./step.js";

export interface MatrixQuery {
  /** Most columns; default 400. Of more steps evenly spaced ones are taken, the first and last always. */
  readonly columns?: number;
}

/** Prompts of the probe × its steps; rows of `labels`, `agreement` and `verdicts` are prompts, their entries steps. Null where a prompt is missing. */
export interface VoteMatrix {
  readonly steps: readonly number[];
  /** Steps there are, of which `steps` may leave some out. */
  readonly stepsKept: number;
  readonly prompts: readonly {
    readonly group: number;
    readonly promptId: string;
    readonly prompt: string;
    readonly truth: string | null;
  }[];
  /** Each label is its place in `answers`, or −1 where there was no majority. The majority flipped where it differs from the entry before. */
  readonly labels: readonly (readonly (number | null)[])[];
  readonly answers: readonly string[];
  readonly agreement: readonly (readonly (number | null)[])[];
  readonly verdicts: readonly (readonly (Verdict | null)[])[];
  readonly gaps: readonly Gap[];
}

export interface RiverQuery {
  /** Id of the prompt. */
  readonly prompt: string;
  /** Default: `probe` where the run has one. */
  readonly source?: Source;
  /** Answers that are told apart; default 6. */
  readonly top?: number;
  /** Most steps, as `MatrixQuery.columns`; default 400. */
  readonly columns?: number;
}

/** Shares of all samples at each step; at a step, those of `bands`, `others` and `unanswered` add up to 1. */
export interface Shares {
  readonly steps: readonly number[];
  readonly stepsKept: number;
  /** The commonest over all steps first, and the true answer wherever it was given. */
  readonly bands: readonly {
    readonly answer: string;
    readonly truth: boolean;
    readonly shares: readonly number[];
  }[];
  readonly others: readonly number[];
  readonly unanswered: readonly number[];
}

/** Of one prompt. */
export interface River extends Shares {
  readonly source: Source;
  readonly promptId: string;
  readonly prompt: string;
  readonly truth: string | null;
  /** The majority's answer at each step. */
  readonly labels: readonly (string | null)[];
  readonly agreement: readonly number[];
  readonly gaps: readonly Gap[];
}

export interface CollapseQuery {
  /** Default: `rollouts`. */
  readonly source?: Source;
  readonly top?: number;
  readonly columns?: number;
}

/** Of all prompts of a step together. */
export interface Collapse extends Shares {
  readonly source: Source;
  /** Share of all samples of the commonest answer at each step. */
  readonly topShare: readonly number[];
  /** The answer whose share rose most from the first tenth of the steps to the last; null where none rose. */
  readonly attractor: string | null;
  /** Prompts that have the attractor as their majority first, earliest first, at most 20, where its true answer is another. */
  readonly firstMovers: readonly {
    readonly step: number;
    readonly group: number;
    readonly promptId: string;
    readonly prompt: string;
    readonly truth: string | null;
    /** Share of the prompt's samples that gave the attractor. */
    readonly share: number;
  }[];
  /** The commonest answers of the first tenth of the steps and of the last. */
  readonly before: readonly { readonly answer: string; readonly share: number }[];
  readonly after: readonly { readonly answer: string; readonly share: number }[];
  readonly gaps: readonly Gap[];
}
