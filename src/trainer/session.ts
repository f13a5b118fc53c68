/** What a self-training run works with. */
import type { PromptPool } from "../data/pool.js";
import type { Engine } from "../engine/engine.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";
import type { TeacherVotes } from "./teacher.js";

export interface Session {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  /** Prompts to train on. Their labels feed metrics, and the ground-truth control. */
  readonly pool: PromptPool;
  /** Votes that were made beforehand, where the configuration names a folder of them. */
  readonly teacherLabels?: TeacherVotes;
  /** Null where the run is not evaluated. */
  readonly heldOut: PromptPool | null;
}
