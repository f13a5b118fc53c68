/** `selftrain finetune`: offline training on votes, the baselines of self-training. */
import { finetuneConfigSchema } from "../../config/finetune-config.js";
import { defineCommand } from "../command.js";
import { printPlan } from "../plan-text.js";
import { finishTraining, nextOf } from "../training-result.js";
import { watched } from "../watched.js";

export const finetuneCommand = defineCommand({
  name: "finetune",
  summary: "Train offline on what a vote prefers: SFT on majority answers, rejection sampling, DPO, ScPO",
  schema: finetuneConfigSchema,
  takes: ["config", "dry-run", "quiet", "resume"],
  common: [
    "model",
    "output",
    "prompts.task",
    "prompts.file",
    "objective",
    "labels",
    "rounds",
    "samplesPerPrompt",
    "maxNewTokens",
    "epochs",
    "batchSize",
    "adam.learningRate",
    "lora.rank",
    "seed",
  ],
  examples: [
    "selftrain finetune --model runs/base --task chain-sums --output runs/sft",
    "selftrain finetune --model runs/base --task chain-sums --objective dpo --labels labels/base --output runs/dpo",
    "selftrain finetune --config recipes/baselines/rft.yaml --seed 1 --dry-run",
    "selftrain finetune --resume runs/sft",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planFinetune } = await import("../../training/finetune/plan.js");
      const plan = await watched("dry run", context, (o) => planFinetune(config, o), "at-once");
      printPlan(context, config, plan);
      return 0;
    }
    const { finetune } = await import("../../training/finetune/finetune.js");
    const summary = await watched("finetune", context, (options) => finetune(config, options));
    return finishTraining("finetune", summary, nextOf("finetune", summary), context);
  },
});
