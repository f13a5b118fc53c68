/** The demo's stages: each one an ordinary run, done anew, continued where it was interrupted, or kept where it is finished. */
import { isRun, readRunInfo } from "../run/run-info.js";
import type { RunOptions } from "../trainer/observer.js";
import { pretrain } from "../trainer/pretrain.js";
import { train } from "../trainer/train.js";
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

/** Runs one stage; returns whether it came to its end. */
export async function runStage(
  name: StageName,
  settings: DemoSettings,
  options: RunOptions,
): Promise<boolean> {
  const config = settings[name];
  const exists = isRun(config.output);
  if (exists && readRunInfo(config.output).status === "finished") return true;
  const how = { ...options, resume: exists };
  const { interrupted } =
    name === "base" ? await pretrain(settings.base, how) : await train(settings[name], how);
  return !interrupted;
}
