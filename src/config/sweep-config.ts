/** The file of `selftrain sweep`: a command, its config, and the keys that vary from run to run. */
import { z } from "zod";
import { METRICS } from "../core/monitor/catalogue/index.js";
import { whereKeysAreRight } from "./cross-check.js";
import { didYouMean } from "./suggest.js";
import { seedSchema } from "./train-config.js";

const positiveInt = z.int().positive();

const rangeSchema = z.strictObject({
  min: z.number().describe("Least value"),
  max: z.number().describe("Largest value"),
  scale: z
    .enum(["linear", "log"])
    .default("linear")
    .describe("How values lie between the ends: evenly, or evenly in their logarithm"),
  points: z.int().min(2).optional().describe("Values of a grid, both ends among them"),
});

const axisSchema = z
  .union([z.array(z.unknown()).min(1).describe("Values"), rangeSchema])
  .describe("Values of the key: a list, or a range {min, max, scale, points}");

const configSchema = z.union([
  z.string().describe("A YAML file"),
  z.record(z.string(), z.unknown()).describe("The keys themselves"),
]);

const fileSchema = z.strictObject({
  command: z
    .enum(["train", "pretrain", "finetune", "reward-model"])
    .default("train")
    .describe("Command of the runs"),
  config: configSchema.describe(
    "Config that all runs share: a YAML file, or its keys here. The sweep gives output, model where there is a base, and engine.threads (1) where it is absent",
  ),
  base: configSchema
    .optional()
    .describe("Config of `selftrain pretrain` for the base model that the runs start from, made once"),
  basePerSeed: z.boolean().default(false).describe("Make a base model for each of seeds, with that seed"),
  sweep: z
    .record(z.string(), axisSchema)
    .default({})
    .describe("Keys of the config that vary, dotted (adam.learningRate), each with its values"),
  seeds: z
    .array(seedSchema.unwrap())
    .min(1)
    .optional()
    .describe("Seeds of every combination; intervals are over them"),
  search: z
    .enum(["grid", "random"])
    .default("grid")
    .describe("grid: every combination of values; random: so many drawn at random"),
  runs: positiveInt.optional().describe("random: combinations to draw"),
  seed: seedSchema.describe("random: seed of the draws"),
  objective: z
    .strictObject({
      metric: z
        .string()
        .describe("Kind and name of a metric, such as eval.mean or step.agreement: its last value"),
      goal: z.enum(["max", "min"]).default("max").describe("Which is better, more or less"),
    })
    .optional()
    .describe("What the best run is best at; the table is sorted by it"),
  output: z.string().optional().describe("Folder of the runs (default: runs/ and the name of the file)"),
});

export type SweepFile = z.output<typeof fileSchema>;
export type SweepAxis = z.output<typeof axisSchema>;
export type SweepRange = z.output<typeof rangeSchema>;

export const sweepFileSchema = fileSchema
  .superRefine(checkSweep, whereKeysAreRight)
  .describe("Runs of one command that differ in some keys");

type Refuse = (path: string[], message: string, remedy: string) => void;

/** What the sweep itself sets; a run would not have the value that its name says. */
const OWN: Readonly<Record<string, string>> = {
  output: "leave it out: every run has a folder of its own, named after its values",
  seed: "give the seeds in `seeds`, which says intervals over them",
};

function checkSweep(file: SweepFile, check: z.core.$RefinementCtx): void {
  const refuse: Refuse = (path, message, remedy) =>
    check.addIssue({ code: "custom", path, message, params: { remedy } });
  checkKeys(file, refuse);
  for (const [key, axis] of Object.entries(file.sweep))
    if (!Array.isArray(axis)) checkRange(key, axis as SweepRange, file.search, refuse);
  checkSearch(file, refuse);
  checkSeeds(file, refuse);
  if (file.objective) checkObjective(file.objective.metric, refuse);
}

function checkKeys({ sweep, seeds, base, command }: SweepFile, refuse: Refuse): void {
  const keys = Object.keys(sweep);
  if (keys.length === 0 && seeds === undefined)
    refuse(["sweep"], "the file names neither keys nor seeds that vary", "give `sweep`, `seeds`, or both");
  for (const key of keys) {
    const own = OWN[key];
    if (own !== undefined) refuse(["sweep", key], `sweep cannot vary ${key}`, own);
    if (key === "model" && base !== undefined)
      refuse(["sweep", key], "sweep varies model, which base gives", "leave one of the two out");
    const outer = keys.find((other) => key.startsWith(`${other}.`));
    if (outer !== undefined)
      refuse(["sweep", key], `sweep varies ${outer}, and ${key} within it`, "vary one of the two");
  }
  if (base !== undefined && command === "pretrain")
    refuse(["base"], "pretrain makes a base model itself", "leave base out");
}

function checkRange(key: string, { min, max, scale, points }: SweepRange, search: string, refuse: Refuse) {
  if (min >= max)
    refuse(["sweep", key], `min of ${key} is not below its max`, "lower the one or raise the other");
  if (scale === "log" && min <= 0)
    refuse(["sweep", key], `${key} has a logarithmic scale from ${min}`, "begin above 0");
  if (search === "grid" && points === undefined)
    refuse(
      ["sweep", key],
      `a grid needs the number of values of ${key}`,
      "give points, a list, or search: random",
    );
  if (search === "random" && points !== undefined)
    refuse(["sweep", key], `random search draws ${key} from its whole range`, "leave points out");
}

function checkSearch({ search, runs, sweep }: SweepFile, refuse: Refuse): void {
  if (search === "random" && runs === undefined)
    refuse(["runs"], "random search needs the number of runs", "give runs");
  if (search === "grid" && runs !== undefined)
    refuse(["runs"], "a grid has as many runs as combinations", "leave runs out, or give search: random");
  if (search === "random" && Object.keys(sweep).length === 0)
    refuse(["search"], "random search needs keys to draw", "give `sweep`, or leave search out");
}

function checkSeeds({ seeds, base, basePerSeed }: SweepFile, refuse: Refuse): void {
  if (seeds !== undefined && new Set(seeds).size < seeds.length)
    refuse(["seeds"], "seeds names a seed twice", "name each once");
  if (basePerSeed && (base === undefined || seeds === undefined))
    refuse(["basePerSeed"], "basePerSeed needs base and seeds", "give both, or leave it out");
}

function checkObjective(metric: string, refuse: Refuse): void {
  const [, kind, name = ""] = /^(step|eval|validation)\.(.+)$/.exec(metric) ?? [];
  const known = Object.keys(METRICS);
  if (kind !== undefined && known.includes(name)) return;
  const word = name === "" ? metric : name;
  const hint = didYouMean(word, known, "docs/reference/metrics.md lists them");
  refuse(
    ["objective", "metric"],
    `objective.metric is ${metric}, which no line of metrics has`,
    kind === undefined ? `begin with eval., step. or validation., as eval.mean; ${hint}` : hint,
  );
}
