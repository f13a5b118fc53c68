/** Mixtures of difficulty levels: which level item i has. */
import { uniform } from "../random.js";
import { unknownLevel } from "./tasks/define.js";
import type { Task } from "./tasks/task.js";

export interface LevelWeight {
  readonly level: number;
  readonly weight: number;
}

/**
 * A task's mixture from the `levels` key of a configuration (weights by level), or its first level alone.
 * Throws `task-level-unknown`.
 */
export function mixtureOf(task: Task, weights?: Readonly<Record<string, number>>): LevelWeight[] {
  const entries = Object.entries(weights ?? {}).map(([level, weight]) => ({ level: Number(level), weight }));
  for (const { level } of entries) {
    if (!task.levels.some((offered) => offered.level === level))
      throw unknownLevel(task.name, level, task.levels);
  }
  return entries.length > 0 ? entries : task.levels.slice(0, 1).map(({ level }) => ({ level, weight: 1 }));
}

const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * The level of item `index`. The positions index·φ mod 1 are spread so evenly (Weyl's sequence with a random
 * start) that every stretch of items has nearly the proportions of the weights, yet any item is found alone.
 */
export function levelAt(mixture: readonly LevelWeight[], seed: number, index: number): number {
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  let position = ((uniform(seed) + index * goldenRatio) % 1) * total;
  for (const { level, weight } of mixture) {
    position -= weight;
    if (position < 0) return level;
  }
  return (mixture.at(-1) as LevelWeight).level; // the rounding of the subtractions
}
