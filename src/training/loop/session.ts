/** What a self-training run works with. */
import type { PromptPool } from "../../data/pool.js";
import type { Engine } from "../../engine/engine.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { Scorer } from "../scorer/scorer.js";
import type { ProbePool } from "../start/probe-pool.js";
import type { AheadSlot } from "./ahead-slot.js";
import type { TeacherVotes } from "./teacher-votes.js";

export interface Session {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  /** The reward model, in an engine of its own; null where the run uses none. */
  readonly scorer: Scorer | null;
  /** Prompts to train on. Their labels feed metrics, and the ground-truth control. */
  readonly pool: PromptPool;
  /** Votes that were made beforehand, where the configuration names a folder of them. */
  readonly teacherLabels?: TeacherVotes;
  /** The parts of `pool` that the stages of a curriculum train on; `pool` alone where there is none. */
  readonly stagePools: readonly PromptPool[];
  /** Null where the run is not evaluated. */
  readonly heldOut: PromptPool | null;
  /** Held-out prompts that come back, and how many of them are measured otherwise too; null where the run has no probe. */
  readonly probe: ProbePool | null;
  /** Labelled prompts that are measured for monitors; null where none are asked for. */
  readonly validation: PromptPool | null;
  readonly ahead: AheadSlot;
}
