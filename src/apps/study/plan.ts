/** From the file of a study to its jobs: of each seed its bases, then the arms, each after what it starts from. */
import { join } from "node:path";
import { throwProblems } from "../../config/problems.js";
import { resolveConfig } from "../../config/resolve-config.js";
import { type StudyFile, startOf, studyFileSchema } from "../../config/study-config.js";
import { readYaml, type YamlSource } from "../../config/yaml-source.js";
import type { ErrorDetails } from "../../errors.js";
import type { Job, JobCommand } from "../jobs/job.js";
import { distinct, jobConfig, layerAt, overlaid } from "../jobs/job-config.js";
import { isBuiltIn, nameOf } from "./locate.js";

/** One run of a study. */
export interface StudyRun {
  readonly job: Job;
  /** The arm, or the base. */
  readonly arm: string;
  readonly seed: number;
}

export interface StudyPlan {
  /** The file's path, and its name without the ending. */
  readonly file: string;
  readonly name: string;
  /** How the command names it: by its name where it is one of the package, else by its path. */
  readonly called: string;
  readonly study: StudyFile;
  readonly smoke: boolean;
  readonly output: string;
  readonly seeds: readonly number[];
  readonly runs: readonly StudyRun[];
}

export const jobName = (arm: string, seed: number): string => `${arm},seed=${seed}`;

type Entries = readonly (readonly [key: string, value: unknown])[];

/** Reads and checks the file. Throws what the file, or any run's config, does wrong, all of it in one go. */
export function planStudy(file: string, { output, smoke = false }: PlanOptions = {}): StudyPlan {
  const source = readYaml(file);
  const study = resolveConfig(studyFileSchema, { file: source });
  const name = nameOf(file);
  const folder = output ?? join("runs", "studies", smoke ? `${name}-smoke` : name);
  const seeds = (smoke ? study.smoke.seeds : undefined) ?? study.seeds;
  const problems: ErrorDetails[] = [];
  const runs = seeds.flatMap((seed) => runsOf({ source, study, folder, smoke, seed }, problems));
  throwProblems(distinct(problems));
  return { file, name, called: isBuiltIn(file) ? name : file, study, smoke, output: folder, seeds, runs };
}

export interface PlanOptions {
  readonly output?: string | undefined;
  readonly smoke?: boolean | undefined;
}

interface SeedPlan {
  readonly source: YamlSource;
  readonly study: StudyFile;
  readonly folder: string;
  readonly smoke: boolean;
  readonly seed: number;
}

function runsOf(plan: SeedPlan, problems: ErrorDetails[]): StudyRun[] {
  const { source, study, folder, smoke, seed } = plan;
  const outputOf = (arm: string): string => join(folder, jobName(arm, seed));
  const run = (
    kind: "bases" | "arms",
    arm: string,
    command: "pretrain" | "train" | "finetune",
    start?: string,
  ): StudyRun[] => {
    const own = { output: outputOf(arm), seed, ...(start === undefined ? {} : { model: outputOf(start) }) };
    const layer = armLayer(source, study, smoke, kind, arm, command);
    const config = jobConfig(command satisfies JobCommand, layer, own, problems);
    const needs = start === undefined ? {} : { needs: [jobName(start, seed)] };
    return config ? [{ job: { name: jobName(arm, seed), command, config, ...needs }, arm, seed }] : [];
  };
  return [
    ...Object.keys(study.bases).flatMap((name) => run("bases", name, "pretrain")),
    ...Object.entries(study.arms).flatMap(([name, arm]) =>
      run("arms", name, arm.command, startOf(study, arm)),
    ),
  ];
}

/** What all arms of the command share, under the arm's own values, under those of `--smoke`. */
function armLayer(
  source: YamlSource,
  study: StudyFile,
  smoke: boolean,
  kind: "bases" | "arms",
  arm: string,
  command: "pretrain" | "train" | "finetune",
): YamlSource {
  const at =
    (...path: string[]) =>
    (key: string, part: "key" | "value") =>
      source.where([...path, key], part);
  const lay = (layer: YamlSource, entries: Entries, ...path: string[]): YamlSource =>
    overlaid(layer, entries, at(...path));
  const shared = layerAt(source, ["config", command]);
  const own = lay(shared, Object.entries(study[kind][arm]!.config), kind, arm, "config");
  if (!smoke) return own;
  const all = lay(own, Object.entries(study.smoke.config[command] ?? {}), "smoke", "config", command);
  return lay(all, Object.entries(study.smoke.arms[arm] ?? {}), "smoke", "arms", arm);
}
