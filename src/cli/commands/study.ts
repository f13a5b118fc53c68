/** `selftrain study`: a claim tested by runs over seeds, with predictions that are fixed before; below it, the studies there are. */
import { z } from "zod";
import { defineCommand } from "../command.js";
import { limitKeys, PROGRAM } from "../jobs-keys.js";
import { dryRunText, jobsObserver } from "../jobs-text.js";
import { notice, print } from "../output.js";
import { studyText } from "../study-text.js";
import { watched } from "../watched.js";
import { studyListCommand } from "./study-list.js";

const schema = z.strictObject({
  study: z.string().describe("Id or name of a study (`selftrain study list`), or a YAML file"),
  smoke: z
    .boolean()
    .default(false)
    .describe("Take the file's smoke values: a few tiny steps that try the machinery and say nothing"),
  output: z
    .string()
    .optional()
    .describe(
      "Folder of the runs (default: runs/studies/ and its name, with -smoke where that is asked for)",
    ),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .optional()
    .describe("Seeds to run now, of those of the study; the report is of all (default: all)"),
  report: z
    .boolean()
    .default(false)
    .describe(
      "Write the report of the runs that are there, and begin none; it may judge them by a changed file, and says so",
    ),
  ...limitKeys,
});

export const studyCommand = defineCommand({
  name: "study",
  summary: "Test a claim: runs of several arms and seeds, judged by predictions that are fixed before them",
  schema,
  positional: "study",
  takes: ["dry-run"],
  commands: [studyListCommand],
  examples: [
    "selftrain study list",
    "selftrain study collapse --dry-run             every run with its memory, and how many at once",
    "selftrain study collapse --smoke               the same study in a minute, to try it",
    "selftrain study collapse",
    "selftrain study my-study.yaml --seeds 0,1 --output runs/mine",
  ],
  async run(config, context) {
    const { locateStudy } = await import("../../apps/study/locate.js");
    const { planStudy } = await import("../../apps/study/plan.js");
    const { checkSeeds, reportStudy, runStudy } = await import("../../apps/study/study.js");
    const { machineLimits } = await import("../../apps/jobs/limits.js");
    const plan = planStudy(locateStudy(config.study), config);
    if (context.dryRun) {
      const { dryJobs } = await import("../../apps/jobs/dry-run.js");
      checkSeeds(plan, config.seeds);
      const jobs = plan.runs.filter(({ seed }) => config.seeds?.includes(seed) ?? true).map(({ job }) => job);
      const dry = () =>
        dryJobs({ output: plan.output, jobs, all: plan.runs.map(({ job }) => job) }, machineLimits(config));
      print(context, await watched("dry run", context, dry, "at-once"), dryRunText);
      return 0;
    }
    let stopped = false;
    const outcome = config.report
      ? await watched("report", context, () => reportStudy(plan), "at-once")
      : await watched("study", context, async ({ signal }, display) => {
          const done = await runStudy(plan, {
            program: PROGRAM,
            limits: machineLimits(config),
            seeds: config.seeds,
            signal,
            observer: jobsObserver("study", plan.output, display),
          });
          stopped = signal.aborted;
          return done;
        });
    print(context, outcome, studyText);
    if (stopped && !outcome.complete) {
      notice(context, "stopped; the same command goes on");
      return 130;
    }
    const wanted = outcome.runs.filter(({ seed }) => config.seeds?.includes(seed) ?? true);
    return wanted.every(({ status }) => status === "finished") ? 0 : 1;
  },
});
