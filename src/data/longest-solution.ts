/** How many tokens a completion may need. */
import type { PromptSourceConfig } from "../config/train-config.js";
import { taskNamed } from "./tasks/registry.js";

/** For prompts whose solutions nobody knows. */
const UNKNOWN = 64;

/** The longest reference solution of the levels that a source draws from, end of sequence included. */
export function longestSolution({ task: name, levels }: PromptSourceConfig): number {
  if (name === undefined) return UNKNOWN;
  const task = taskNamed(name);
  const drawn = levels ? Object.keys(levels).map(Number) : [task.levels[0]!.level];
  return Math.max(...drawn.map((level) => task.maxSolutionLength(level)));
}
