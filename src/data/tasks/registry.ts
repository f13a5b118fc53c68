/** The tasks that are offered. A new task is its own file and a line here. */
import { closest } from "fastest-levenshtein";
import { SelftrainError } from "../../errors.js";
import { addition } from "./addition.js";
import { baseConversion } from "./base-conversion.js";
import { chainSums } from "./chain-sums.js";
import { countdown } from "./countdown.js";
import { equations } from "./equations.js";
import { fractions } from "./fractions.js";
import { gcd } from "./gcd.js";
import { mentalSums } from "./mental-sums.js";
import { modularChain } from "./modular-chain.js";
import { multiplication } from "./multiplication.js";
import { sorting } from "./sorting.js";
import type { Task } from "./task.js";

const tasks: readonly Task[] = [
  addition,
  baseConversion,
  chainSums,
  countdown,
  equations,
  fractions,
  gcd,
  mentalSums,
  modularChain,
  multiplication,
  sorting,
];

/** All tasks, by name in alphabetical order. */
export function listTasks(): readonly Task[] {
  return tasks;
}

/** The task of that name; `task-unknown` with the nearest name where there is none. */
export function taskNamed(name: string): Task {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task !== undefined) return task;
  const names = tasks.map((candidate) => candidate.name);
  throw new SelftrainError({
    code: "task-unknown",
    message: `There is no task "${name}".`,
    found: name,
    expected: `one of ${names.join(", ")}`,
    remedy: `Did you mean "${closest(name, names)}"? \`selftrain tasks list\` describes them all.`,
  });
}
