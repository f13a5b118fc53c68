/** `selftrain tasks list`. */
import { z } from "zod";
import { listTasks } from "../../data/tasks/registry.js";
import type { Task } from "../../data/tasks/task.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";

function description(task: Pick<Task, "name" | "description" | "levels">, paint: Paint): string {
  const levels = task.levels.map((level) => `    level ${level.level}  ${level.description}`);
  return [`${paint("bold", task.name)}  ${task.description}`, ...levels].join("\n");
}

export const tasksListCommand = defineCommand({
  name: "list",
  summary: "The procedural tasks and their levels",
  schema: z.strictObject({}),
  examples: ["selftrain tasks list --json"],
  async run(_, context) {
    const tasks = listTasks().map(({ name, description, levels }) => ({ name, description, levels }));
    print(context, tasks, (list, paint) => list.map((task) => description(task, paint)).join("\n"));
    return 0;
  },
});
