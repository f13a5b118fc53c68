/** `selftrain demo`: the main job end to end, in minutes. */
import { existsSync } from "node:fs";
import { z } from "zod";
import type { DemoReportData } from "../../apps/report/demo-data.js";
import { duration } from "../../apps/report/format.js";
import { terminalTable } from "../../apps/report/terminal-table.js";
import { seedSchema } from "../../config/train-config.js";
import { SelftrainError } from "../../errors.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";
import { watched } from "../watched.js";
import { shownPath } from "../words.js";

const DEFAULT_OUTPUT = "runs/demo";

/** The default folder, or the first of its numbered successors, that holds no finished demo. */
function freeFolder(isFinished: (folder: string) => boolean): string {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? DEFAULT_OUTPUT : `${DEFAULT_OUTPUT}-${number}`;
    if (!existsSync(folder) || !isFinished(folder)) return folder;
  }
}

/** The tables, where the report lies, and what to type next. */
function closing(
  data: DemoReportData,
  { report, seconds }: { report: string; seconds: number },
  paint: Paint,
): string {
  const { samples, nextCommands } = data.meta;
  const width = Math.max(...nextCommands.map(({ command }) => command.length));
  return [
    terminalTable(data, { samples, paint }),
    "",
    `${duration(seconds)} in all; curves and examples: ${shownPath(report)}`,
    "next:",
    ...nextCommands.map(({ command, purpose }) => `  ${command.padEnd(width)}  ${purpose}`),
  ].join("\n");
}

export const demoCommand = defineCommand({
  name: "demo",
  summary:
    "Watch a model teach itself without labels, beside its control arms, choose between two ways to answer, and hack its reward",
  schema: z.strictObject({
    output: z
      .string()
      .optional()
      .describe(
        `Folder of the demo's runs and report (default: ${DEFAULT_OUTPUT}, or the next one that is free)`,
      ),
    seed: seedSchema,
  }),
  examples: ["selftrain demo", "selftrain demo --seed 1 --output runs/demo-1 --json"],
  async run({ output, seed }, context) {
    const { demo, isFinished } = await import("../../apps/demo/demo.js");
    const folder = output ?? freeFolder((candidate) => isFinished(candidate, seed));
    const result = await watched("demo", context, (options, display) =>
      demo({
        ...options,
        output: folder,
        seed,
        onStage: ({ title }, index, count) => {
          display.start(`stage ${index + 1}/${count}`);
          display.say(`stage ${index + 1} of ${count}: ${title}`);
        },
      }),
    );
    if (result === null) {
      throw new SelftrainError({
        code: "interrupted",
        message: "the demo was stopped",
        remedy: "the same command goes on where it stopped",
      });
    }
    const { data, ...summary } = result;
    print(context, summary, (_, paint) => closing(data, summary, paint));
    return 0;
  },
});
