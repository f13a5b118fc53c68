/** What a hand-off to one trainer is made of. */
import type { HandoffConfig, HandoffTarget } from "../../config/handoff-config.js";
import type { Experiment } from "./experiment.js";
import type { Ledger } from "./ledger.js";

/** Where the job finds its model. */
export type ModelPlace =
  /** In the job folder: written there by the hand-off. */
  | { readonly kind: "copied" }
  /** In the job folder: downloaded there by the job, at a commit. */
  | { readonly kind: "downloaded"; readonly id: string; readonly revision: string | null }
  /** Wherever the user said. */
  | { readonly kind: "named"; readonly name: string };

export interface HandedOff {
  readonly experiment: Experiment;
  readonly model: ModelPlace;
  readonly machines: Pick<HandoffConfig, "gpus" | "nodes" | "microBatch">;
}

/** A file of the job folder: rows of JSON Lines, or a text. */
export type JobFile = { readonly path: string } & (
  | { readonly text: string; readonly executable?: boolean }
  | { readonly rows: readonly object[] }
);

export interface Target {
  readonly name: HandoffTarget;
  /** As people write it. */
  readonly title: string;
  /** Release or commit whose keys these are. */
  readonly version: string;
  /** Files of the package's folder handoff/ that go along as they are. */
  readonly assets: readonly string[];
  /** How to install it. */
  readonly install: string;
  /** Whether it knows the logprobs of a rollout when it is rewarded. */
  readonly logprobs: boolean;
  /** Enters every setting. Throws `handoff-machines` where the run does not fit them. */
  enter(job: HandedOff, ledger: Ledger): void;
  /** Files that are made for this job. */
  files(job: HandedOff, ledger: Ledger): JobFile[];
  /** How its own rollouts are audited afterwards: an argument of `selftrain audit`, or null where it writes none. */
  readonly audit: string | null;
}
