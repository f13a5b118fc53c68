/** From the file of a sweep to its jobs: every run's config, checked by the schema of its command before anything begins. */
import { basename, join } from "node:path";
import { throwProblems } from "../../config/problems.js";
import { resolveConfig } from "../../config/resolve-config.js";
import { nodeAt, type SchemaNode, schemaTree } from "../../config/schema-tree.js";
import { type SweepFile, sweepFileSchema } from "../../config/sweep-config.js";
import { readYaml, type YamlSource } from "../../config/yaml-source.js";
import type { ErrorDetails } from "../../errors.js";
import { JOB_COMMANDS } from "../jobs/commands.js";
import type { Job } from "../jobs/job.js";
import { distinct, jobConfig, layerAt, overlaid } from "../jobs/job-config.js";
import { runNames } from "./names.js";
import { type Combination, grid, randomCombinations } from "./values.js";

/** One run of a sweep. */
export interface SweepRun {
  readonly job: Job;
  readonly values: Combination;
  /** Null where the sweep names no seeds: then it is the config's. */
  readonly seed: number | null;
}

export interface SweepPlan {
  readonly file: string;
  readonly sweep: SweepFile;
  /** Swept keys, in the order of the file. */
  readonly keys: readonly string[];
  readonly output: string;
  readonly runs: readonly SweepRun[];
  /** Those of the runs, after those of base models. */
  readonly jobs: readonly Job[];
}

/** Reads and checks the file. Throws what the file, or any run's config, does wrong, all of it in one go. */
export function planSweep(file: string, output?: string): SweepPlan {
  const source = readYaml(file);
  const sweep = resolveConfig(sweepFileSchema, { file: source });
  const folder = output ?? sweep.output ?? join("runs", basename(file).replace(/\.ya?ml$/, ""));
  const shared = layerOf(source, sweep, "config");
  const tree = schemaTree(JOB_COMMANDS[sweep.command].schema);
  const isWhole = (key: string): boolean => isWholeNumber(nodeAt(tree, key.split(".")));
  const combinations =
    sweep.search === "grid" ? grid(sweep.sweep, isWhole) : randomCombinations(sweep, isWhole);
  const seeded = combinations.flatMap((values) => (sweep.seeds ?? [null]).map((seed) => ({ values, seed })));
  const names = runNames(seeded);
  const problems: ErrorDetails[] = [];
  const bases = baseJobs(source, sweep, folder, problems);
  const swept = (values: Combination): YamlSource =>
    overlaid(shared, values, (key, part) => source.where(["sweep", key], part));
  const runs = seeded.flatMap(({ values, seed }, i): SweepRun[] => {
    const name = names[i]!;
    const base = bases.find((job) => job.name === baseName(sweep, seed));
    const needs = base ? { needs: [base.name] } : {};
    const own = {
      output: join(folder, name),
      ...(seed === null ? {} : { seed }),
      ...(base ? { model: base.config.output } : {}),
    };
    const config = jobConfig(sweep.command, swept(values), own, problems);
    return config ? [{ job: { name, command: sweep.command, config, ...needs }, values, seed }] : [];
  });
  throwProblems(distinct(problems));
  const keys = Object.keys(sweep.sweep);
  return { file, sweep, keys, output: folder, runs, jobs: [...bases, ...runs.map(({ job }) => job)] };
}

const isWholeNumber = (node: SchemaNode | undefined): boolean => node?.type === "integer";

const baseName = ({ basePerSeed }: SweepFile, seed: number | null): string =>
  basePerSeed ? `base,seed=${seed}` : "base";

function baseJobs(source: YamlSource, sweep: SweepFile, folder: string, problems: ErrorDetails[]): Job[] {
  if (sweep.base === undefined) return [];
  const layer = layerOf(source, sweep, "base");
  return (sweep.basePerSeed ? sweep.seeds! : [null]).flatMap((seed): Job[] => {
    const name = baseName(sweep, seed);
    const own = { output: join(folder, name), ...(seed === null ? {} : { seed }) };
    const config = jobConfig("pretrain", layer, own, problems);
    return config ? [{ name, command: "pretrain", config }] : [];
  });
}

/** The config that stands under a key of the file, or in the file that is named there. */
function layerOf(source: YamlSource, sweep: SweepFile, key: "config" | "base"): YamlSource {
  const given = sweep[key];
  return typeof given === "string" ? readYaml(given) : layerAt(source, [key]);
}
