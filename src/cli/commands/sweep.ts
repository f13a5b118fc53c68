/** `selftrain sweep`: runs of one command over values of its config, in parallel, with a table and a page. */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Context, defineCommand } from "../command.js";
import { notice, print } from "../output.js";
import { beginLine, dryRunText, endLine, heldLine, standing, sweepText } from "../sweep-text.js";
import { watched } from "../watched.js";

const positiveInt = z.int().positive();

/** The command line itself, for the processes of the runs. */
const PROGRAM = [process.execPath, fileURLToPath(new URL("../main.js", import.meta.url))];

const schema = z.strictObject({
  file: z.string().describe("YAML file of the sweep"),
  output: z
    .string()
    .optional()
    .describe("Folder of the runs (default: the file's output, else runs/ and its name)"),
  jobs: positiveInt.optional().describe("Most runs at once (default: as many as cores and memory allow)"),
  memoryMiB: positiveInt
    .optional()
    .describe("Memory that all runs together may take, in MiB (default: what is free)"),
});

async function drySweep(config: z.output<typeof schema>, context: Context): Promise<number> {
  const { machineLimits } = await import("../../apps/jobs/limits.js");
  const { planSweep } = await import("../../apps/sweep/plan.js");
  const { drySweep: dry } = await import("../../apps/sweep/dry-run.js");
  const plan = planSweep(config.file, config.output);
  const planned = await watched("dry run", context, () => dry(plan, machineLimits(config)), "at-once");
  print(context, planned, dryRunText);
  return 0;
}

export const sweepCommand = defineCommand({
  name: "sweep",
  summary:
    "Make runs over values of their config: a grid or a random search, in parallel, with a table and a plot",
  schema,
  positional: "file",
  takes: ["dry-run"],
  examples: [
    "selftrain sweep recipes/sweeps/learning-rate.yaml --dry-run",
    "selftrain sweep recipes/sweeps/learning-rate.yaml --output runs/lr",
    "selftrain sweep sweep.yaml --jobs 1 --json",
  ],
  async run(config, context) {
    if (context.dryRun) return drySweep(config, context);
    const { machineLimits } = await import("../../apps/jobs/limits.js");
    const { planSweep } = await import("../../apps/sweep/plan.js");
    const { runSweep } = await import("../../apps/sweep/sweep.js");
    const plan = planSweep(config.file, config.output);
    let stopped = false;
    let begun = false;
    const outcome = await watched("sweep", context, async ({ signal }, display) => {
      const done = await runSweep(plan, {
        program: PROGRAM,
        limits: machineLimits(config),
        signal,
        observer: (event, view) => {
          if (event.type === "begin" && !begun) {
            begun = true;
            display.say(beginLine(view, plan.output));
          }
          if (event.type === "held") display.say(heldLine(event.job, event.holder));
          if (event.type === "end") display.say(endLine(event.result, view));
          display.start(standing(view));
        },
      });
      stopped = signal.aborted;
      return done;
    });
    print(context, outcome, sweepText);
    const open = [...outcome.runs, ...outcome.bases].filter(({ status }) => status !== "finished");
    if (stopped && open.length > 0) {
      notice(context, "stopped; the same command goes on");
      return 130;
    }
    return open.length === 0 ? 0 : 1;
  },
});
