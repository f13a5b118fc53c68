/** Prompts with reference completions, for pretraining and for files of examples. */

import { drawProblem, type ItemKey, itemRandom } from "./draw.js";
import type { Split } from "./split.js";
import type { Task } from "./tasks/task.js";

export interface Row {
  readonly prompt: string;
  /** Chain of thought, `#`, answer; the slips it was written with included. */
  readonly completion: string;
  /** The true answer, whatever slipped. */
  readonly answer: string;
}

/** Row `key.index` of the stream that `generateRows` goes through; rows may repeat a prompt. */
export function rowAt(key: ItemKey, slip: number): Row {
  const { prompt, answer } = drawProblem(key);
  return { prompt, completion: key.task.solve(prompt, slip, itemRandom(key, "solution")), answer };
}

/** The first `count` rows of a stream. */
export function* generateRows(
  task: Task,
  level: number,
  count: number,
  split: Split,
  seed: number,
  slip: number,
): Generator<Row, void> {
  for (let index = 0; index < count; index++) yield rowAt({ task, level, split, seed, index }, slip);
}
