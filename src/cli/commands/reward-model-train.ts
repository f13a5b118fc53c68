/** `selftrain reward-model train`: a reward model from votes. */

import { duration } from "../../apps/report/format.js";
import { rewardModelTrainConfigSchema } from "../../config/reward-model-config.js";
import type { RewardModelSummary } from "../../training/reward-model/train-reward-model.js";
import { defineCommand } from "../command.js";
import { printPlan } from "../plan-text.js";
import { scoreTable } from "../score-table.js";
import type { Paint } from "../style.js";
import { finishRun } from "../training-result.js";
import { watched } from "../watched.js";
import { shellWord, shownPath } from "../words.js";

function summaryText(
  { run, steps, seconds, trained, heldOut, start, end }: RewardModelSummary,
  paint: Paint,
): string {
  const folder = shownPath(run);
  const rows = [
    ...(start === null ? [] : [["before", start] as const]),
    ...(end === null ? [] : [["after", end] as const]),
  ];
  return [
    ...(rows.length > 0 ? [scoreTable(rows, paint)] : []),
    `${steps} steps in ${duration(seconds)} on ${trained} groups, ${heldOut} held out, saved in ${folder}`,
    "next:",
    `  selftrain reward-model eval ${shellWord(folder)}`,
  ].join("\n");
}

export const rewardModelTrainCommand = defineCommand({
  name: "train",
  runs: "reward-model",
  summary: "Train a reward model from the votes of a run or of a label folder",
  schema: rewardModelTrainConfigSchema,
  takes: ["config", "dry-run", "quiet", "resume"],
  common: [
    "model",
    "output",
    "votes.from",
    "votes.trueAnswers",
    "objective",
    "heldOut",
    "steps",
    "groupsPerStep",
    "adam.learningRate",
    "seed",
  ],
  examples: [
    "selftrain reward-model train --model runs/base --from runs/srt --output runs/rm",
    "selftrain reward-model train --config recipes/reward-model/pointwise.yaml --dry-run",
    "selftrain reward-model train --resume runs/rm",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planRewardModel } = await import("../../training/reward-model/plan.js");
      const plan = await watched("dry run", context, (o) => planRewardModel(config, o), "at-once");
      printPlan(context, config, plan);
      return 0;
    }
    const { trainRewardModel } = await import("../../training/reward-model/train-reward-model.js");
    const summary = await watched("reward-model", context, (options) => trainRewardModel(config, options));
    return finishRun("reward-model train", summary, summaryText, context);
  },
});
