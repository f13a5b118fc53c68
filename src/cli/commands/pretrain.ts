/** `selftrain pretrain`: supervised training of a base model, so that self-training has a start. */
import { type PromptSourceConfig, pretrainConfigSchema } from "../../config/train-config.js";
import { defineCommand } from "../command.js";
import { printPlan } from "../plan-text.js";
import { finishTraining } from "../training-result.js";
import { watched } from "../watched.js";
import { shellWord, shownPath } from "../words.js";

/** The flags that name the same prompts again. */
function sourceFlags({ task, levels, file }: PromptSourceConfig): string {
  if (file !== undefined) return `--file ${shellWord(file)}`;
  const weights = Object.entries(levels ?? {}).map(([level, weight]) => `${level}=${weight}`);
  return [`--task ${task}`, ...(weights.length > 0 ? [`--levels ${weights.join(",")}`] : [])].join(" ");
}

export const pretrainCommand = defineCommand({
  name: "pretrain",
  summary: "Train a base model on worked solutions, as the start of self-training",
  schema: pretrainConfigSchema,
  takes: ["config", "dry-run", "quiet", "resume"],
  common: [
    "output",
    "prompts.task",
    "prompts.levels",
    "prompts.file",
    "prompts.answerColumn",
    "completionColumn",
    "slip",
    "model",
    "model.hiddenSize",
    "model.layers",
    "steps",
    "batchSize",
    "adam.learningRate",
    "seed",
  ],
  examples: [
    "selftrain pretrain --task chain-sums --levels 4=2,6=1 --output runs/base",
    "selftrain pretrain --file solutions.jsonl --hidden-size 256 --output runs/base --dry-run",
    "selftrain pretrain --resume runs/base",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planPretrain } = await import("../../training/pretrain/plan.js");
      printPlan(
        context,
        config,
        await watched("dry run", context, (o) => planPretrain(config, o), "at-once"),
      );
      return 0;
    }
    const { pretrain } = await import("../../training/pretrain/pretrain.js");
    const summary = await watched("pretrain", context, (options) => pretrain(config, options));
    const model = shellWord(shownPath(summary.run));
    const next = `selftrain train --model ${model} ${sourceFlags(config.prompts)} --output runs/srt`;
    return finishTraining("pretrain", summary, [next], context);
  },
});
