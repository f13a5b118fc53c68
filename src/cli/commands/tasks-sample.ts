/** `selftrain tasks sample`: a few problems with their reference solutions, to look at. */
import { z } from "zod";
import { pretrainConfigSchema } from "../../config/train-config.js";
import { generateRows } from "../../data/rows.js";
import { taskNamed } from "../../data/tasks/registry.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { table } from "../table.js";

export const tasksSampleCommand = defineCommand({
  name: "sample",
  summary: "A few problems of a task with their reference solutions",
  schema: z.strictObject({
    task: z.string().describe("Task; see `selftrain tasks list`"),
    level: z.int().min(0).optional().describe("Level of difficulty (default: the task's first)"),
    count: z.int().positive().default(5).describe("Number of problems"),
    slip: z.number().min(0).max(1).default(0).describe("Probability that a step of the solution slips"),
    direct: pretrainConfigSchema.shape.direct,
    seed: z.int().min(0).default(0).describe("Seed of everything random"),
  }),
  positional: "task",
  examples: ["selftrain tasks sample gcd --level 2 --slip 0.2"],
  async run({ task: name, level, count, slip, direct, seed }, context) {
    const task = taskNamed(name);
    const chosen = level ?? task.levels[0]?.level ?? 0;
    const rows = [...generateRows(task, chosen, count, "train", seed, { slip, direct })];
    print(context, rows, (all, paint) =>
      table(
        ["prompt", "solution", "true answer"],
        all.map((row) => [row.prompt, row.completion, row.answer]),
        paint,
        "text",
      ),
    );
    return 0;
  },
});
