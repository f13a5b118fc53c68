/** `selftrain demo`: the main job end to end, in minutes. */
import { z } from "zod";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

export const demoCommand = defineCommand({
  name: "demo",
  summary: "Watch a model teach itself without labels, beside its control arms, and then hack its reward",
  schema: z.strictObject({
    output: z.string().default("runs/demo").describe("Folder of the demo's runs and report"),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0)
      .describe("Seed of everything random"),
  }),
  examples: ["selftrain demo", "selftrain demo --seed 1 --output runs/demo-1 --json"],
  async run({ output, seed }, context) {
    const { demo } = await import("../../demo/demo.js");
    const result = await watched("demo", context, (options) => demo({ output, seed, ...options }));
    print(context, result, (value) => value.report);
    return 0;
  },
});
