/** The configuration that a run is replayed under: its own, with changes. */
import { klPlace } from "../../config/method-config.js";
import { pathsOf } from "../../config/overrides.js";
import type { ReplayChanges } from "../../config/replay-config.js";
import { resolveConfig } from "../../config/resolve-config.js";
import { foreignKeys } from "../../config/reward-config.js";
import { usesRewardModel } from "../../config/reward-model-keys.js";
import { type TrainConfig, trainConfigSchema } from "../../config/train-config.js";
import { readStoredYaml, type YamlSource } from "../../config/yaml-source.js";
import { SelftrainError } from "../../errors.js";
import { runConfigFile } from "../../run/run-config.js";
import { readRunInfo } from "../../run/run-info.js";

export interface ReplayedConfig {
  /** The run's own. */
  readonly stored: TrainConfig;
  readonly config: TrainConfig;
  /** The values that the second has in the place of the first's, by dotted path; empty where nothing is changed. */
  readonly changed: Readonly<Record<string, unknown>>;
}

/** Keys that mean nothing where no KL is asked for. */
const klKeys = ["klEstimator", "klIn", "klCorrection", "klReference", "klReferenceEvery"];
/** Keys that say how much was sampled, which another reward may refuse and a replay cannot change. */
const sampleKeys = ["teacherSamples", "votesPerPrompt"];

/** Keys of the run's own that its other KL, reward or vote has no use for. */
function obsolete(flags: ReadonlyMap<string, unknown>, own: TrainConfig): string[] {
  const after = <T>(path: string, before: T): T => (flags.get(path) as T | undefined) ?? before;
  const reward = after("reward", own.reward);
  const vote = { weights: after("vote.weights", own.vote.weights) };
  const kl = { klIn: after("klIn", own.klIn), advantage: after("advantage", own.advantage) };
  return [
    ...(flags.get("klCoefficient") === 0 ? klKeys : []),
    ...(klPlace(kl) === "reward" ? ["klCorrection"] : []),
    ...(reward === own.reward ? [] : [...foreignKeys(reward), ...sampleKeys]),
    ...(reward === "model" ? [] : ["rewardScore"]),
    ...(usesRewardModel({ reward, vote, evaluation: own.evaluation }) ? [] : ["rewardModel"]),
  ];
}

/**
 * Throws as `readRunInfo` does, `run-config-missing`, `replay-kind` where it is no training run, and the problems of the changed
 * configuration.
 */
export function replayedConfig(run: string, changes: ReplayChanges): ReplayedConfig {
  const { kind } = readRunInfo(run);
  if (kind !== "train") {
    throw new SelftrainError({
      code: "replay-kind",
      message: `${run} is a ${kind} run, and only runs of selftrain train are replayed`,
      found: kind,
      expected: "train",
      where: run,
      remedy: "name a run of selftrain train; `selftrain runs` lists them with their kinds",
    });
  }
  const file = readStoredYaml(runConfigFile(run));
  const stored = resolveConfig(trainConfigSchema, { file });
  const flags = new Map(pathsOf(changes));
  const config = resolveConfig(trainConfigSchema, {
    file: without(file, obsolete(flags, stored)),
    flags,
  });
  const before = new Map(pathsOf(stored));
  const differing = [...flags].filter(([path, value]) => !equal(before.get(path), value));
  return { stored, config, changed: Object.fromEntries(differing) };
}

const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function without(file: YamlSource, keys: readonly string[]): YamlSource {
  const value = Object.fromEntries(Object.entries(file.value).filter(([key]) => !keys.includes(key)));
  return { ...file, value };
}
