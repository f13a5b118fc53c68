/** A pool of prompts, with their labels kept apart. */
import type { Reading } from "../core/answer/read.js";
import type { HiddenLabels, Prompt } from "../group.js";
import type { Split } from "./split.js";

export interface PromptPool {
  readonly prompts: readonly Prompt[];
  /** True answers in canonical form by prompt id: of every prompt, of some, or empty. */
  readonly labels: HiddenLabels;
  /** Difficulty level by prompt id, where the source has levels. */
  readonly levels?: ReadonlyMap<string, number>;
  /** `file:line` by prompt id, where the source is a file. */
  readonly places?: ReadonlyMap<string, string>;
  /** Canonical form of an answer text to these prompts, or null where it is none. */
  readonly canonicalise: (answer: string) => string | null;
  /** How answers are found in solutions; as in any text, where it is absent. */
  readonly reading?: Reading;
  /** One line on what the pool is. */
  readonly description: string;
}

/** `whole` takes all rows of a file that was made for one purpose; tasks are always split. */
export type PoolSplit = Split | "whole";

/** Where a prompt stands, for errors: its file and line, else its id. */
export const placeOf = ({ places }: Pick<PromptPool, "places">, id: string): string =>
  places?.get(id) ?? `prompt ${id}`;
