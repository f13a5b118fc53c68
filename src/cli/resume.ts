/** `--resume RUN`: the config of the run, as the layer under the flags. */
import { readYaml, type YamlSource } from "../config/yaml-source.js";
import { SelftrainError } from "../errors.js";
import { runConfigFile } from "../run/run-config.js";
import { readRunInfo } from "../run/run-info.js";

/** Throws as `readRunInfo` does, `run-config-missing`, and `cli-resume-kind` where another command made the run. */
export function storedConfig(run: string, command: string): YamlSource {
  const { kind } = readRunInfo(run);
  if (kind !== command) {
    // A reward model has a command of several words.
    const maker = kind === "reward-model" ? `${kind} train` : kind;
    throw new SelftrainError({
      code: "cli-resume-kind",
      message: `${run} is a ${kind} run`,
      found: kind,
      expected: command,
      where: run,
      remedy: `selftrain ${maker} --resume ${run}`,
    });
  }
  return readYaml(runConfigFile(run));
}
