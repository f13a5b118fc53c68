/** `selftrain reward-model`: models that score solutions, trained from votes. */
import { defineGroup } from "../group.js";
import { rewardModelEvalCommand } from "./reward-model-eval.js";
import { rewardModelTrainCommand } from "./reward-model-train.js";

export const rewardModelCommand = defineGroup({
  name: "reward-model",
  summary: "Train a model that scores solutions from votes, and measure it",
  commands: [rewardModelTrainCommand, rewardModelEvalCommand],
  examples: [
    "selftrain reward-model train --model runs/base --from labels/base --output runs/rm",
    "selftrain reward-model eval runs/rm",
  ],
});
