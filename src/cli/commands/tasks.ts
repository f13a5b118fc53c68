/** `selftrain tasks`: what the procedural tasks are, and rows of them. */
import { defineGroup } from "../group.js";
import { tasksGenerateCommand } from "./tasks-generate.js";
import { tasksListCommand } from "./tasks-list.js";
import { tasksSampleCommand } from "./tasks-sample.js";

export const tasksCommand = defineGroup({
  name: "tasks",
  summary: "List the procedural tasks, look at samples, write rows to a file",
  commands: [tasksListCommand, tasksSampleCommand, tasksGenerateCommand],
  examples: [
    "selftrain tasks list",
    "selftrain tasks sample gcd --level 2 --slip 0.2",
    "selftrain tasks generate gcd --levels 2=1,3=1 --size 5000 --output gcd.jsonl",
  ],
});
