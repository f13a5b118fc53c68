/** `--resume RUN`: the config of the run, as the layer under the flags; and errors that it mends. */
import { resolve, sep } from "node:path";
import { readStoredYaml, type YamlSource } from "../config/yaml-source.js";
import { SelftrainError } from "../errors.js";
import { runConfigFile } from "../run/run-config.js";
import { isRun, readRunInfo } from "../run/run-info.js";
import { shellWord, shownPath } from "./words.js";

/** Throws as `readRunInfo` does, `run-config-missing`, and `cli-resume-kind` where another command made the run. */
export function storedConfig(run: string, command: string): YamlSource {
  const { kind } = readRunInfo(run);
  if (kind !== command) {
    throw new SelftrainError({
      code: "cli-resume-kind",
      message: `${run} is a ${kind} run`,
      found: kind,
      expected: command,
      where: run,
      remedy: resumeCommand(kind, run),
    });
  }
  return readStoredYaml(runConfigFile(run));
}

/** A reward model has a command of several words. */
export const resumeCommand = (kind: string, run: string): string =>
  `selftrain ${kind === "reward-model" ? `${kind} train` : kind} --resume ${shellWord(run)}`;

/** The error of a command that makes runs: a disk that is full of a run has another remedy than that of another output. */
export function toResume(error: unknown, run: string): unknown {
  if (!(error instanceof SelftrainError) || error.code !== "disk-full") return error;
  const folder = resolve(run);
  const where = resolve(error.where ?? "");
  if (!isRun(folder) || (where !== folder && !where.startsWith(folder + sep))) return error;
  const command = resumeCommand(readRunInfo(folder).kind, shownPath(run));
  const remedy = `Free some space (lower keepCheckpoints, delete old runs), then: ${command}`;
  return new SelftrainError({ ...error.toJSON(), remedy }, { cause: error });
}
