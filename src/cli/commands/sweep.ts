/** `selftrain sweep`: runs of one command over values of its config, in parallel, with a table and a page. */
import { z } from "zod";
import { type Context, defineCommand } from "../command.js";
import { limitKeys, PROGRAM } from "../jobs-keys.js";
import { dryRunText, jobsObserver } from "../jobs-text.js";
import { notice, print } from "../output.js";
import { sweepText } from "../sweep-text.js";
import { watched } from "../watched.js";

const schema = z.strictObject({
  file: z.string().describe("YAML file of the sweep"),
  output: z
    .string()
    .optional()
    .describe("Folder of the runs (default: the file's output, else runs/ and its name)"),
  ...limitKeys,
});

async function drySweep(config: z.output<typeof schema>, context: Context): Promise<number> {
  const { machineLimits } = await import("../../apps/jobs/limits.js");
  const { planSweep } = await import("../../apps/sweep/plan.js");
  const { dryJobs } = await import("../../apps/jobs/dry-run.js");
  const plan = planSweep(config.file, config.output);
  const planned = await watched("dry run", context, () => dryJobs(plan, machineLimits(config)), "at-once");
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
    const outcome = await watched("sweep", context, async ({ signal }, display) => {
      const done = await runSweep(plan, {
        program: PROGRAM,
        limits: machineLimits(config),
        signal,
        observer: jobsObserver("sweep", plan.output, display),
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
