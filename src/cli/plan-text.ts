/** What a run would do, for `--dry-run`: the config as resolved, the batch arithmetic, the memory. */
import { stringify } from "yaml";
import type { Plan } from "../training/plan/plan.js";
import type { Context } from "./command.js";
import { deviceRows } from "./device-text.js";
import { print } from "./output.js";
import type { Paint } from "./style.js";
import { pairs } from "./table.js";

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function mebibytes(bytes: number): string {
  const size = bytes / 2 ** 20;
  return `${size < 10 ? size.toFixed(1) : count(size)} MiB`;
}

function planText(plan: Plan, paint: Paint): string {
  const { memory, totals } = plan;
  const parts = (["process", "weights", "optimizer", "gradients", "activations", "sampling"] as const).map(
    (part) => `${part} ${mebibytes(memory[part])}`,
  );
  if (memory.rewardModel !== undefined) parts.push(`reward model ${mebibytes(memory.rewardModel)}`);
  const rows: (readonly [string, string])[] = [
    ["steps", count(plan.steps)],
    ["sequences a step", count(plan.rollouts)],
    ["tokens a step", `at most ${count(plan.tokensPerStep)}`],
    ["optimiser steps", `${count(totals.optimiserSteps)}, ${count(plan.updatesPerStep)} a step`],
    [
      "in all",
      `at most ${count(totals.prompts)} prompts, ${count(totals.completions)} completions, ${count(totals.tokens)} tokens`,
    ],
    [
      "micro-batches a step",
      `at most ${count(plan.microBatches)}${plan.layerByLayer ? ", layer by layer (gradient checkpointing)" : ""}`,
    ],
    ["prompts", `${count(plan.prompts.pool)}: ${plan.prompts.description}`],
    ["longest prompt", `${count(plan.prompts.longest)} tokens`],
    [
      "parameters",
      plan.trainedParameters === plan.parameters
        ? count(plan.parameters)
        : `${count(plan.parameters)}, of an adapter ${count(plan.trainedParameters)} that are trained`,
    ],
    ["memory", `${mebibytes(memory.total)} (${parts.join(", ")})`],
    ...deviceRows(plan.device),
  ];
  const notes = plan.notes.map((note) => `${paint("yellow", "note")}  ${note}`);
  return [pairs(rows, paint), ...notes].join("\n");
}

/** Prints the config and its plan; with `--json` as `{config, plan}`. */
export function printPlan(context: Context, config: object, plan: Plan): void {
  print(context, { config, plan }, (_, paint) =>
    [paint("dim", "# config as resolved"), stringify(config).trimEnd(), "", planText(plan, paint)].join("\n"),
  );
}
