/**
 * Procedural items by position: item i of a stream is a function of (task, level, split, seed, i) alone. The key
 * is hashed, because generators seeded with seed + i give neighbouring seeds overlapping streams.
 */
import { SelftrainError } from "../errors.js";
import { hashString, Random } from "../random.js";
import { type Split, type SplitProportions, splitOf, taskProportions } from "./split.js";
import type { Problem, Task } from "./tasks/task.js";

export interface ItemKey {
  readonly task: Task;
  readonly level: number;
  readonly split: Split;
  readonly seed: number;
  readonly index: number;
}

/** Draws before a prompt space counts as exhausted. */
const mostAttempts = 10_000;

/** The random stream of one purpose of an item. */
export function itemRandom(
  { task, level, split, seed, index }: ItemKey,
  purpose: string,
  attempt = 0,
): Random {
  return new Random(
    hashString(task.name),
    level,
    hashString(split),
    seed,
    index,
    hashString(purpose),
    attempt,
  );
}

/**
 * The problem of an item: draws are rejected until the prompt is of the split and not in `taken`.
 * Throws `prompt-space-exhausted` when that takes too many attempts.
 */
export function drawProblem(
  key: ItemKey,
  taken: ReadonlySet<string> = new Set(),
  proportions: SplitProportions = taskProportions,
): Problem {
  let duplicates = 0;
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const problem = key.task.generate(key.level, itemRandom(key, "problem", attempt));
    if (splitOf(problem.prompt, proportions) !== key.split) continue;
    if (!taken.has(problem.prompt)) return problem;
    duplicates++;
  }
  throw new SelftrainError({
    code: "prompt-space-exhausted",
    message:
      `The ${key.split} split of ${key.task.name} level ${key.level} ran out of new prompts after ${taken.size}: ` +
      `of ${mostAttempts} draws ${duplicates} repeated one and ${mostAttempts - duplicates} belonged to other splits.`,
    found: taken.size,
    expected: `more than ${taken.size} distinct prompts`,
    where: `${key.task.name} level ${key.level}, ${key.split} split`,
    remedy: `Lower the pool's size to ${taken.size} at most, or add a level with more prompts.`,
  });
}
