/** `selftrain train`: self-training without labels, and its control arms. */
import { trainConfigSchema } from "../../config/train-config.js";
import { defineCommand } from "../command.js";
import { printPlan } from "../plan-text.js";
import { finishTraining, nextOf } from "../training-result.js";
import { watched } from "../watched.js";
import { withDashboard } from "../with-dashboard.js";

export const trainCommand = defineCommand({
  name: "train",
  summary: "Self-train a model on prompts without labels (SRT), or one of the control arms",
  schema: trainConfigSchema,
  takes: ["config", "dry-run", "quiet", "resume", "serve"],
  common: [
    "model",
    "output",
    "prompts.task",
    "prompts.file",
    "reward",
    "steps",
    "promptsPerStep",
    "samplesPerPrompt",
    "maxNewTokens",
    "adam.learningRate",
    "lora.rank",
    "seed",
  ],
  examples: [
    "selftrain train --model runs/base --task chain-sums --output runs/srt",
    "selftrain train --config recipes/chain-sums/train.yaml --seed 1 --dry-run",
    "selftrain train --resume runs/srt",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planTrain } = await import("../../training/plan/plan.js");
      printPlan(context, config, await watched("dry run", context, (o) => planTrain(config, o), "at-once"));
      return 0;
    }
    const { train } = await import("../../training/loop/train.js");
    return withDashboard(config.output, context, async () => {
      const summary = await watched("train", context, (options) => train(config, options));
      return finishTraining("train", summary, nextOf("train", summary), context);
    });
  },
});
