/** The demo's stages: each one an ordinary run, done anew, continued where it was interrupted, or kept where it is finished. */
import { pretrainConfigSchema, trainConfigSchema } from "../../config/train-config.js";
import type { RunOptions } from "../../run/observer.js";
import { checkResumable, readRunConfig } from "../../run/run-config.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import { train } from "../../training/loop/train.js";
import { pretrain } from "../../training/pretrain/pretrain.js";
import type { DemoSettings } from "./settings.js";

export type StageName = keyof DemoSettings;

export interface Stage {
  readonly name: StageName;
  /** What the progress display says. */
  readonly title: string;
}

export const STAGES: readonly Stage[] = [
  { name: "base", title: "pretraining the base model" },
  { name: "srt", title: "self-training without labels (SRT)" },
  { name: "fixedTeacher", title: "control: labels fixed by the base model" },
  { name: "groundTruth", title: "control: true answers" },
  { name: "collapse", title: "prompts that are too hard: reward hacking" },
  { name: "mitigated", title: "the same, mitigated without labels" },
];

/**
 * Whether a stage is done, by a run of just these settings. Throws `run-config-changed` where the folder holds a finished
 * run of others: another seed's results must not pass for this one's.
 */
export function isDone(name: StageName, settings: DemoSettings): boolean {
  const { output } = settings[name];
  if (!isRun(output) || readRunInfo(output).status !== "finished") return false;
  const schema = name === "base" ? pretrainConfigSchema : trainConfigSchema;
  checkResumable(output, readRunConfig<object>(output, schema), settings[name], { free: [], growing: [] });
  return true;
}

/** Runs a stage that is not done, from its beginning or from where it was interrupted; returns whether it came to its end. */
export async function runStage(
  name: StageName,
  settings: DemoSettings,
  options: RunOptions,
): Promise<boolean> {
  const exists = isRun(settings[name].output);
  const how = { ...options, resume: exists };
  const { interrupted } =
    name === "base" ? await pretrain(settings.base, how) : await train(settings[name], how);
  return !interrupted;
}
