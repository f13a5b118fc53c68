/** `selftrain train`: self-training without labels, and its control arms. */
import { trainConfigSchema } from "../../config/train-config.js";
import { defineCommand } from "../command.js";
import { shellWord, shownPath } from "../output.js";
import { printPlan } from "../plan-text.js";
import { finishTraining } from "../training-result.js";
import { watched } from "../watched.js";

export const trainCommand = defineCommand({
  name: "train",
  summary: "Self-train a model on prompts without labels (SRT), or one of the control arms",
  schema: trainConfigSchema,
  takes: ["config", "dry-run", "resume"],
  examples: [
    "selftrain train --model runs/base --task chain-sums --output runs/srt",
    "selftrain train --config recipes/chain-sums/train.yaml --seed 1 --dry-run",
    "selftrain train --resume runs/srt",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planTrain } = await import("../../trainer/plan.js");
      printPlan(context, config, await planTrain(config));
      return 0;
    }
    const { train } = await import("../../trainer/train.js");
    const summary = await watched("train", context, (options) => train(config, options));
    const run = shellWord(shownPath(summary.run));
    return finishTraining("train", summary, [`selftrain report ${run}`, `selftrain eval ${run}`], context);
  },
});
