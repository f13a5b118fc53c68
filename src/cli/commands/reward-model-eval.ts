/** `selftrain reward-model eval`: accuracy, AUC, pairs and calibration of a reward model. */
import { rewardModelEvalConfigSchema } from "../../config/reward-model-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { reliabilityTable, scoreTable } from "../score-table.js";
import { watched } from "../watched.js";

export const rewardModelEvalCommand = defineCommand({
  name: "eval",
  summary: "Measure a reward model: accuracy, AUC, pairs and calibration, by votes and by true answers",
  schema: rewardModelEvalConfigSchema,
  positional: "model",
  takes: ["config"],
  examples: [
    "selftrain reward-model eval runs/rm",
    "selftrain reward-model eval runs/rm --from labels/other --split whole --json",
  ],
  async run(config, context) {
    const { evaluateRewardModel } = await import("../../training/reward-model/evaluate-reward-model.js");
    const result = await watched(
      "reward-model eval",
      context,
      (options) => evaluateRewardModel(config, options),
      "at-once",
    );
    print(context, result, (value, paint) => {
      const { votes, truth, split, description } = value;
      const judged = truth ?? votes;
      return [
        scoreTable([[config.model, value]], paint),
        "",
        reliabilityTable(judged.calibration, truth ? "right" : "agree", paint),
        `${votes.groups} groups, ${votes.solutions} solutions, split ${split}: ${description}`,
      ].join("\n");
    });
    return 0;
  },
});
