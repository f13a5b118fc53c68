/** `selftrain plan`: what a step takes past one machine. */
import type { StepPlan } from "../../apps/plan/plan.js";
import { planConfigSchema } from "../../config/plan-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";
import { table } from "../table.js";
import { watched } from "../watched.js";

const seconds = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(1);
const bytes = (value: number): string =>
  value >= 1e9 ? `${(value / 1e9).toFixed(1)} GB` : `${(value / 1e6).toFixed(0)} MB`;

function planText({ lines, devices, assumptions, tooLarge }: StepPlan, paint: Paint): string {
  const header = [
    "model",
    "rollouts",
    "sample s",
    "train s",
    "sync s",
    "link s",
    "loop s",
    "step s",
    "data",
    "$ a step",
    "most",
  ];
  const rows = lines.map((line) => [
    line.model,
    line.rollouts.toLocaleString("en"),
    ...[line.sample, line.train, line.sync, line.link, line.loop, line.total].map(seconds),
    bytes(line.bytes.sampled + line.bytes.trained),
    line.dollars.toFixed(2),
    line.most,
  ]);
  return [
    `${devices.count} × ${devices.title}`,
    table(header, rows, paint),
    ...tooLarge.map(
      ({ model, least }) => `${model} does not fit: it needs ${least} of these devices at least`,
    ),
    "",
    "Assumed:",
    ...assumptions.map((line) => `- ${line}`),
  ].join("\n");
}

export const planCommand = defineCommand({
  name: "plan",
  summary: "Estimate seconds, bytes and cost of a step on other machines",
  schema: planConfigSchema,
  examples: [
    "selftrain plan --gpus 64                                each size of model, 512 to 65 536 rollouts",
    "selftrain plan --model 7B --gpus 64 --rollouts 8192,65536 --new-tokens 4096",
    "selftrain plan --model 235B --gpus 128 --gpu h200 --price 4 --assume.train-share 0.3",
    "selftrain plan --model runs/base --gpu cpu --gpus 2 --rollouts 256 --new-tokens 64",
  ],
  async run(config, context) {
    const { planStep } = await import("../../apps/plan/plan.js");
    const plan = await watched("plan", context, (options) => planStep(config, options), "at-once");
    print(context, plan, planText);
    return 0;
  },
});
