/** The demo's stages: each one an ordinary run, done anew, continued where it was interrupted, or kept where it is finished. */
import {
  type PretrainConfig,
  pretrainConfigSchema,
  type TrainConfig,
  trainConfigSchema,
} from "../../config/train-config.js";
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
  { name: "twoWaysBase", title: "pretraining a base that knows two ways to answer" },
  { name: "twoWays", title: "self-training chooses between them" },
  { name: "collapse", title: "prompts that are too hard: reward hacking" },
  { name: "mitigated", title: "the same, mitigated without labels" },
];

/** The settings of a stage; one that an earlier version began keeps its minimum of one answer, and its rules. */
function settingsOf(name: StageName, settings: DemoSettings): PretrainConfig | TrainConfig {
  const own = settings[name];
  if (!("vote" in own) || !isRun(own.output)) return own;
  const { vote, answers } = readRunConfig(own.output, trainConfigSchema);
  if (vote.minAnswers !== 1) return own;
  return {
    ...own,
    vote: { ...own.vote, minAnswers: vote.minAnswers },
    answers: { ...own.answers, rules: answers.rules },
  };
}

/**
 * Whether a stage is done, by a run of just these settings. Throws `run-config-changed` where the folder holds a finished
 * run of others: another seed's results must not pass for this one's.
 */
export function isDone(name: StageName, settings: DemoSettings): boolean {
  const own = settingsOf(name, settings);
  const { output } = own;
  if (!isRun(output) || readRunInfo(output).status !== "finished") return false;
  const schema = "vote" in own ? trainConfigSchema : pretrainConfigSchema;
  checkResumable(output, readRunConfig<object>(output, schema), own, { free: [], growing: [] });
  return true;
}

/** Runs a stage that is not done, from its beginning or from where it was interrupted; returns whether it came to its end. */
export async function runStage(
  name: StageName,
  settings: DemoSettings,
  options: RunOptions,
): Promise<boolean> {
  const own = settingsOf(name, settings);
  const how = { ...options, resume: isRun(own.output) };
  const { interrupted } = "vote" in own ? await train(own, how) : await pretrain(own, how);
  return !interrupted;
}
