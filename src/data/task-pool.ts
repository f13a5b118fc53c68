/** A pool of distinct procedural prompts. */
import { type AnswersConfig, answersSchema } from "../config/answers-config.js";
import type { Prompt } from "../group.js";
import { drawProblem } from "./draw.js";
import { levelAt, mixtureOf } from "./mixture.js";
import type { PromptPool } from "./pool.js";
import { readingOfSource } from "./reading.js";
import type { Split } from "./split.js";
import { taskNamed } from "./tasks/registry.js";

const defaultSize = 1024;

/** Throws `task-unknown`, `task-level-unknown` and `prompt-space-exhausted`. */
export function loadTaskPool(
  name: string,
  weights: Readonly<Record<string, number>> | undefined,
  split: Split,
  size = defaultSize,
  seed = 0,
  answers: AnswersConfig = answersSchema.parse(undefined),
): PromptPool {
  const task = taskNamed(name);
  const read = readingOfSource({ task: name }, answers);
  const mixture = mixtureOf(task, weights);
  const prompts: Prompt[] = [];
  const labels = new Map<string, string>();
  const levels = new Map<string, number>();
  // One set for all levels: an easy prompt may also be drawn at a harder level.
  const taken = new Set<string>();
  for (let index = 0; index < size; index++) {
    const level = levelAt(mixture, seed, index);
    const { prompt, answer } = drawProblem({ task, level, split, seed, index }, taken);
    taken.add(prompt);
    // The text makes the id, so that a prompt has the same id in every run.
    const id = `${name}/${level}/${prompt}`;
    prompts.push({ id, text: prompt });
    const label = read.canonicalise(answer);
    if (label !== null) labels.set(id, label);
    levels.set(id, level);
  }
  const parts = mixture.map(({ level }) => {
    const count = [...levels.values()].filter((of) => of === level).length;
    return `${count} of level ${level}`;
  });
  return {
    prompts,
    labels,
    levels,
    ...read,
    description: `${size} ${name} prompts (${parts.join(", ")}), ${split} split, seed ${seed}`,
  };
}
