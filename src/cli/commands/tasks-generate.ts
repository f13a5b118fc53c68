/** `selftrain tasks generate`: rows of a task as JSON Lines, for pretraining or for other tools. */
import { z } from "zod";
import { pretrainConfigSchema, promptSourceSchema } from "../../config/train-config.js";
import { levelAt, mixtureOf } from "../../data/mixture.js";
import { rowAt } from "../../data/rows.js";
import { taskNamed } from "../../data/tasks/registry.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { requireNew } from "../../io/fs/new-file.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";

export const tasksGenerateCommand = defineCommand({
  name: "generate",
  summary: "Rows of a task as JSON Lines: prompt, completion, answer, level",
  schema: z.strictObject({
    task: z.string().describe("Task; see `selftrain tasks list`"),
    levels: promptSourceSchema.shape.levels,
    size: z.int().positive().default(1000).describe("Number of rows; prompts may repeat"),
    split: z
      .enum(["pretrain", "train", "test"])
      .default("pretrain")
      .describe("Split by hash that the prompts are of"),
    slip: z.number().min(0).max(1).default(0.2).describe("Probability that a step of a solution slips"),
    direct: pretrainConfigSchema.shape.direct,
    seed: z.int().min(0).default(0).describe("Seed of everything random"),
    output: z.string().optional().describe("New file to write (default: standard output)"),
  }),
  positional: "task",
  examples: ["selftrain tasks generate gcd --levels 2=1,3=1 --size 5000 --output gcd.jsonl"],
  async run({ task: name, levels, size, split, slip, direct, seed, output }, context) {
    const task = taskNamed(name);
    const mixture = mixtureOf(task, levels);
    if (output !== undefined) requireNew(output);
    const lines = Array.from({ length: size }, (_, index) => {
      const level = levelAt(mixture, seed, index);
      return `${JSON.stringify({ ...rowAt({ task, level, split, seed, index }, { slip, direct }), level })}\n`;
    });
    if (output === undefined) context.io.stdout.write(lines.join(""));
    else {
      writeFileAtomic(output, lines.join(""));
      print(context, { output, rows: size }, () => `${size} rows in ${output}`);
    }
    return 0;
  },
});
