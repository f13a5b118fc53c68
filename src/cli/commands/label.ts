/** `selftrain label`: a model's votes on prompts, kept as Parquet. */
import { stringify } from "yaml";
import { duration, percent } from "../../apps/report/format.js";
import { labelConfigSchema } from "../../config/label-config.js";
import type { LabelSummary } from "../../training/label/label-prompts.js";
import type { LabelPlan } from "../../training/label/plan.js";
import { defineCommand } from "../command.js";
import { deviceRows } from "../device-text.js";
import { notice, print } from "../output.js";
import type { Paint } from "../style.js";
import { pairs } from "../table.js";
import { watched } from "../watched.js";
import { shellWord, shownPath } from "../words.js";

const count = (value: number) => value.toLocaleString("en-US");

function planText(config: object, plan: LabelPlan, paint: Paint): string {
  const rows: (readonly [string, string])[] = [
    ["prompts", `${count(plan.prompts.pool)}: ${plan.prompts.description}`],
    ["longest prompt", `${count(plan.prompts.longest)} tokens`],
    [
      "samples",
      `${count(plan.rollouts)}, in ${count(plan.parts)} parts of ${count(plan.rolloutsPerPart)} at most`,
    ],
    ["tokens", `at most ${count(plan.tokens)}`],
    ["decoded at once", `${count(plan.decodedAtOnce)} sequences`],
    ["parameters", count(plan.parameters)],
    ...deviceRows(plan.device),
  ];
  const notes = plan.notes.map((note) => `${paint("yellow", "note")}  ${note}`);
  return [
    paint("dim", "# config as resolved"),
    stringify(config).trimEnd(),
    "",
    pairs(rows, paint),
    ...notes,
  ].join("\n");
}

function summaryText({ output, prompts, samples, ...s }: LabelSummary): string {
  const folder = shownPath(output);
  return [
    `${count(prompts)} prompts with ${samples} samples each in ${duration(s.seconds)}, saved in ${folder}`,
    `${count(s.labelled)} with a label, ${count(s.ties)} tied, ${s.tooFew === 0 ? "" : `${count(s.tooFew)} with too few answers, `}agreement ${percent(s.agreement)}, no answer ${percent(s.noAnswerShare)}${s.passRate === null ? "" : `, pass rate ${percent(s.passRate)}`}`,
    "next:",
    `  selftrain select ${shellWord(folder)} --by agreement --fraction 0.33 --output easy.jsonl`,
  ].join("\n");
}

export const labelCommand = defineCommand({
  name: "label",
  summary: "Let a model vote on prompts, and keep the votes and the samples",
  schema: labelConfigSchema,
  takes: ["config", "dry-run", "quiet"],
  common: [
    "model",
    "output",
    "prompts.task",
    "prompts.levels",
    "prompts.file",
    "split",
    "samples",
    "maxNewTokens",
    "temperature",
    "seed",
  ],
  examples: [
    "selftrain label --model runs/base --task chain-sums --levels 4=1 --output labels/base",
    "selftrain label --model runs/base --file prompts.jsonl --samples 64 --output labels/prompts --dry-run",
  ],
  async run(config, context) {
    if (context.dryRun) {
      const { planLabel } = await import("../../training/label/plan.js");
      const plan = await watched("dry run", context, (options) => planLabel(config, options), "at-once");
      print(context, { config, plan }, (_, paint) => planText(config, plan, paint));
      return 0;
    }
    const { labelPrompts } = await import("../../training/label/label-prompts.js");
    const summary = await watched("label", context, (options) => labelPrompts(config, options));
    if (!summary.interrupted) {
      print(context, summary, summaryText);
      return 0;
    }
    if (context.json) print(context, summary, String);
    notice(
      context,
      `stopped after ${count(summary.prompts)} of ${count(summary.pool)} prompts; the same command continues`,
    );
    return 130;
  },
});
