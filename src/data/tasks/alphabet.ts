/**
 * The characters that a vocabulary needs. A base model whose vocabulary is `sharedAlphabet()` can serve any task
 * and any mixture; one of a single task's alphabet is a little smaller.
 */
import { listTasks } from "./registry.js";
import type { Task } from "./task.js";

/** The characters of the tasks, each once, in code point order whatever the order of the tasks. */
export function alphabetOf(tasks: readonly Pick<Task, "alphabet">[]): string {
  return [...new Set(tasks.flatMap(({ alphabet }) => [...alphabet]))].sort().join("");
}

/** The characters of all tasks. */
export function sharedAlphabet(): string {
  return alphabetOf(listTasks());
}
