/** Configuration of `selftrain submit`: a job folder on a Ray cluster. */
import { z } from "zod";
import { rayUrlSchema } from "./endpoint-url.js";

export const submitConfigSchema = z
  .strictObject({
    job: z
      .string()
      .optional()
      .describe("Job folder, as `selftrain handoff` writes it; or any folder, with --entrypoint"),
    ray: rayUrlSchema.describe(
      "URL of the cluster's dashboard, whose Jobs API takes the job, such as http://head:8265; a token is taken from RAY_AUTH_TOKEN",
    ),
    entrypoint: z
      .string()
      .min(1)
      .optional()
      .describe("Command that the job runs in its folder (default: that of job.json)"),
    gpus: z
      .number()
      .min(0)
      .optional()
      .describe(
        "GPUs that the command itself needs (default: that of job.json; verl and SkyRL ask Ray for theirs)",
      ),
    env: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z_]\w*$/)
          .describe("a name"),
        z.string(),
      )
      .default({})
      .describe(
        "Environment of the job, for example {SELFTRAIN: npx selftrain}; Ray shows it to whoever sees the job",
      ),
    id: z
      .string()
      .regex(/^[\w.-]+$/, "letters, digits, dots, - and _")
      .optional()
      .describe("Name of the job on the cluster (default: a new one)"),
    follow: z.boolean().default(true).describe("Print its log until it ends; else submit it and return"),
    attach: z
      .string()
      .optional()
      .describe("Follow the job of that name, which was submitted before, instead of submitting one"),
    onInterrupt: z
      .enum(["leave", "stop"])
      .default("leave")
      .describe("What Ctrl-C does to the job: it goes on, or it is stopped"),
    patience: z
      .number()
      .positive()
      .max(86_400)
      .default(600)
      .describe("Seconds without an answer of the cluster after which following ends; the job goes on"),
  })
  .superRefine(({ job, attach, follow }, check) => {
    const refuse = (path: string, message: string, remedy: string) =>
      check.addIssue({ code: "custom", path: [path], message, params: { remedy } });
    if (job === undefined && attach === undefined)
      check.addIssue({
        code: "custom",
        path: ["job"],
        message: "there is no job folder to submit",
        params: { code: "config-missing-key", remedy: "name a job folder, or a submitted job with attach" },
      });
    if (job !== undefined && attach !== undefined)
      refuse(
        "attach",
        `attach ${attach} follows a job that was submitted before, and ${job} is one to submit`,
        "keep one of the two",
      );
    if (attach !== undefined && !follow)
      refuse("follow", "attach follows a job, and follow is off", "leave follow out");
  })
  .describe("A job on a Ray cluster");

export type SubmitConfig = z.output<typeof submitConfigSchema>;
