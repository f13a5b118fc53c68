/** What the report says about the demo itself: settings, versions, times, and what to type next. */

import type { Environment } from "../../run/environment.js";
import type { DemoMeta, PhaseTime } from "../report/demo-data.js";
import {
  type DemoSettings,
  GAIN_DESCRIPTION,
  HARD_DESCRIPTION,
  MITIGATION_DESCRIPTION,
  TWO_WAYS_DESCRIPTION,
} from "./settings.js";

const modelOf = ({ model }: DemoSettings["base"]): string =>
  typeof model === "string" ? model : `${model.layers} layers, width ${model.hiddenSize}`;
const pretrainingOf = ({ steps, batchSize, slip }: DemoSettings["base"]): string =>
  `${steps} steps of ${batchSize} examples, ${100 * slip}% slips`;
const trainingOf = ({ steps, promptsPerStep, samplesPerPrompt }: DemoSettings["srt"]): string =>
  `${steps} steps of ${promptsPerStep} prompts × ${samplesPerPrompt} samples`;

export function demoMeta(
  { base, srt, twoWaysBase, twoWays, collapse }: DemoSettings,
  folder: string,
  phases: readonly PhaseTime[],
  seconds: number,
  environment: Environment,
): DemoMeta {
  return {
    samples: srt.evaluation.samples,
    evaluationPrompts: srt.evaluation.size,
    seed: srt.seed,
    gainPrompts: GAIN_DESCRIPTION,
    twoWaysPrompts: TWO_WAYS_DESCRIPTION,
    collapsePrompts: HARD_DESCRIPTION,
    mitigation: MITIGATION_DESCRIPTION,
    settings: {
      "base model": modelOf(base),
      pretraining: pretrainingOf(base),
      "self-training": `${trainingOf(srt)}, ${srt.advantage.toUpperCase()}`,
      "two ways": `${modelOf(twoWaysBase)}; ${pretrainingOf(twoWaysBase)}, ${100 * twoWaysBase.direct}% without steps; ${trainingOf(twoWays)}`,
      "learning rate": `${srt.adam.learningRate}; too-hard prompts ${collapse.adam.learningRate}`,
      "prompt pools": `${srt.prompts.size}, ${twoWays.prompts.size} and ${collapse.prompts.size} prompts, disjoint from pretraining and evaluation`,
    },
    versions: {
      selftrain: environment.selftrain,
      node: environment.node,
      platform: environment.platform,
      processor: `${environment.cpu}, ${environment.cores} cores`,
      ...environment.dependencies,
    },
    phases,
    seconds,
    date: environment.startedAt,
    nextCommands: nextCommands(folder),
  };
}

/** Commands that work as they stand, in the folder where the demo was started. */
export function nextCommands(folder: string): DemoMeta["nextCommands"] {
  return [
    {
      command: `npx selftrain generate --model ${folder}/srt "7+8-3+9=" --samples 8`,
      purpose: "ask the self-trained model yourself",
    },
    {
      command: `npx selftrain runs show ${folder}/two-ways --step 1 --prompt 0`,
      purpose: "see both ways, and how their votes fall",
    },
    {
      command: `npx selftrain serve ${folder}`,
      purpose: "look inside: curves, alarms and every vote, in the browser",
    },
    {
      command: `npx selftrain report ${folder}/srt ${folder}/ground-truth`,
      purpose: "compare two runs curve by curve",
    },
    {
      command: `npx selftrain train --model ${folder}/base --task chain-sums --learning-rate 5e-5 --output runs/mine`,
      purpose: "self-train with your own settings",
    },
    { command: "npx selftrain tasks list", purpose: "see the other tasks" },
  ];
}
