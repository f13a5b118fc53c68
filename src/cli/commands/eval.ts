/** `selftrain eval`: sampled accuracy of a model, with intervals. */
import { evalConfigSchema } from "../../config/eval-config.js";
import { defineCommand } from "../command.js";
import { evaluationTable } from "../evaluation-text.js";
import { print } from "../output.js";
import { watched } from "../watched.js";

export const evalCommand = defineCommand({
  name: "eval",
  summary: "Measure a model: mean@k, maj@k, pass@k with confidence intervals",
  schema: evalConfigSchema,
  positional: "model",
  takes: ["config", "quiet"],
  common: [
    "model",
    "prompts.task",
    "prompts.levels",
    "prompts.file",
    "prompts.answerColumn",
    "split",
    "size",
    "samples",
    "maxNewTokens",
    "seed",
  ],
  examples: [
    "selftrain eval runs/srt --size 256 --samples 16",
    "selftrain eval models/base --task chain-sums --levels 6=1 --json",
  ],
  async run(config, context) {
    const { evaluateModel } = await import("../../training/evaluate/evaluate-model.js");
    const result = await watched("eval", context, (options) => evaluateModel(config, options), "at-once");
    print(context, result, (value, paint) => {
      const prompts = `${value.prompts} prompts of the ${config.split} split, ${value.samples} samples each`;
      return `${evaluationTable([[config.model, value]], paint)}\n${prompts}`;
    });
    return 0;
  },
});
