/**
 * A procedural reasoning task. Adding one is one small file that exports a `Task` and a line in `registry.ts`.
 * A task makes problems and reference solutions; it never scores anything, so it cannot leak the truth to a
 * reward (defect 13 of the reference code). The reward only ever compares canonical answers.
 */
import type { Random } from "../../random.js";

/** One problem with its true answer. */
export interface Problem {
  /** Prompt text, for example `g84,36=`. */
  readonly prompt: string;
  /** True answer in canonical form, for example `12`. */
  readonly answer: string;
}

export interface Task {
  readonly name: string;
  /** One line for `tasks list`. */
  readonly description: string;
  /** Levels offered, easiest first, each with what it means. */
  readonly levels: readonly { readonly level: number; readonly description: string }[];
  /** Characters that prompts and solutions are made of. */
  readonly alphabet: string;
  /** Most tokens (characters) that a reference solution can take at a level, the end of sequence included. */
  maxSolutionLength(level: number): number;
  /** Draws one problem. Equal random streams give equal problems. */
  generate(level: number, random: Random): Problem;
  /**
   * A chain of thought that ends in `#` and the answer. Each computed intermediate is replaced with probability
   * `slip` by a wrong one (a changed digit), and the error propagates to the answer, as in a careless student:
   * pretraining on it gives a model whose single samples scatter while its majority is right.
   */
  solve(prompt: string, slip: number, random: Random): string;
  /**
   * What the steps of a solution came to, whatever its answer says; null where they came to nothing that can be read. Absent where the format does not
   * show it.
   */
  readonly lastResult?: (prompt: string, solution: string) => string | null;
  /** Canonical form of an answer text, or null where it is none: `007` → `7`. */
  canonicalise(answer: string): string | null;
}
