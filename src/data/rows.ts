/** Prompts with reference completions, for pretraining and for files of examples. */

import { drawProblem, type ItemKey, itemRandom } from "./draw.js";
import type { Split } from "./split.js";
import type { Task } from "./tasks/task.js";

/** How reference solutions are written. */
export interface Writing {
  /** Probability that a computed step slips. */
  readonly slip: number;
  /** Probability that a solution states the true answer at once, without its steps. */
  readonly direct: number;
}

export interface Row {
  readonly prompt: string;
  /** Chain of thought, `#`, answer, the slips it was written with included; or `#` and the true answer alone. */
  readonly completion: string;
  /** The true answer, whatever slipped. */
  readonly answer: string;
}

/** Row `key.index` of the stream that `generateRows` goes through; rows may repeat a prompt. */
export function rowAt(key: ItemKey, { slip, direct }: Writing): Row {
  const { prompt, answer } = drawProblem(key);
  const completion =
    itemRandom(key, "direct").next() < direct
      ? `#${answer}`
      : key.task.solve(prompt, slip, itemRandom(key, "solution"));
  return { prompt, completion, answer };
}

/** The first `count` rows of a stream. */
export function* generateRows(
  task: Task,
  level: number,
  count: number,
  split: Split,
  seed: number,
  writing: Writing,
): Generator<Row, void> {
  for (let index = 0; index < count; index++) yield rowAt({ task, level, split, seed, index }, writing);
}
