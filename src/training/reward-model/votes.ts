/** Solutions that were voted on, of a run or of a label folder, as a reward model reads them. */
import fs from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { labelConfigSchema } from "../../config/label-config.js";
import type { VotesConfig } from "../../config/reward-model-config.js";
import { trainConfigSchema } from "../../config/train-config.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels, Prompt } from "../../group.js";
import { readTextFile } from "../../io/fs/text-file.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { ResolveOptions } from "../../run/model-folder.js";
import { listRollouts, readRollouts } from "../../run/rollouts.js";
import { readRunConfig } from "../../run/run-config.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import { labelledWith } from "../label/folder.js";
import { labelPool } from "../label/prepare.js";
import { readLabelledGroups } from "../label/read-labels.js";
import { promptOfRow } from "../label/rows.js";
import { trainingPool } from "../start/pools.js";

/** A prompt with its solutions. */
export interface VotedPrompt {
  readonly prompt: Prompt;
  readonly solutions: readonly Pick<RolloutRow, "completion" | "finish" | "answer">[];
  /** Majority answer; null where the vote has none. */
  readonly label: string | null;
}

export interface Votes {
  readonly groups: readonly VotedPrompt[];
  /** True answers by prompt id, for metrics; empty where they are not known, or not asked for. */
  readonly truth: HiddenLabels;
  readonly description: string;
}

/**
 * Reads them in the order in which they were sampled. Throws `votes-missing` where there is neither a run nor a label folder,
 * `votes-no-rollouts`, `votes-prompts-changed` where the prompts are no longer those that were sampled, `votes-steps` where steps of a label
 * folder are asked for, and as reading either does.
 */
export async function readVotes(
  config: VotesConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions = {},
): Promise<Votes> {
  const { from } = config;
  if (isRun(from)) return votesOfRun(config, tokenizer, options);
  if (fs.existsSync(join(from, "label.yaml"))) return votesOfLabels(config, tokenizer, options);
  throw new SelftrainError({
    code: "votes-missing",
    message: `There are no votes in ${from}.`,
    found: fs.existsSync(from) ? "neither run.json nor label.yaml" : "no such folder",
    expected: "a run of selftrain train, or a folder of selftrain label",
    where: "votes.from",
    remedy: "Name a run whose rollouts are there, or make votes with selftrain label.",
  });
}

async function votesOfRun(
  { from, fromStep = 1, toStep, trueAnswers }: VotesConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions,
): Promise<Votes> {
  const { kind } = readRunInfo(from);
  if (kind !== "train") {
    throw new SelftrainError({
      code: "votes-missing",
      message: `A ${kind} run has no votes.`,
      found: `a ${kind} run`,
      expected: "a run of selftrain train, or a folder of selftrain label",
      where: `votes.from: ${from}`,
      remedy: "Name a run of selftrain train, or make votes with selftrain label.",
    });
  }
  // The rollouts have the text of a prompt; how it was put to the model, a conversation for example, is in the pool.
  const pool = await trainingPool(readRunConfig(from, trainConfigSchema), tokenizer, options);
  const prompts = new Map(pool.prompts.map((prompt) => [prompt.id, prompt]));
  const files = listRollouts(join(from, "rollouts")).filter(
    ({ step }) => step >= fromStep && (toStep === undefined || step <= toStep),
  );
  const groups: VotedPrompt[] = [];
  for (const { path } of files) {
    const byGroup = new Map<number, RolloutRow[]>();
    // A teacher's solutions are not what the model will have to judge.
    for (const row of (await readRollouts(path)).filter(({ sampledBy }) => sampledBy === "policy"))
      byGroup.set(row.group, [...(byGroup.get(row.group) ?? []), row]);
    for (const solutions of byGroup.values()) {
      const { promptId, prompt: text, voteLabel } = solutions[0]!;
      const prompt = prompts.get(promptId);
      if (prompt?.text !== text) throw promptsChanged(path, promptId, text, prompt?.text);
      groups.push({ prompt, solutions, label: voteLabel });
    }
  }
  if (groups.length === 0) {
    throw new SelftrainError({
      code: "votes-no-rollouts",
      message: `There are no rollouts of these steps in ${from}.`,
      found: toStep === undefined ? `steps from ${fromStep} on` : `steps ${fromStep} to ${toStep}`,
      expected: "rollouts/step-….parquet",
      where: `votes.from: ${from}`,
      remedy: "Let the run reach its first step, or ask for other steps.",
    });
  }
  return {
    groups,
    truth: trueAnswers ? pool.labels : new Map(),
    description: `${groups.length} groups of ${files.length} steps of ${from}`,
  };
}

async function votesOfLabels(
  { from, fromStep, toStep, trueAnswers }: VotesConfig,
  tokenizer: Tokenizer,
  options: ResolveOptions,
): Promise<Votes> {
  if (fromStep !== undefined || toStep !== undefined) {
    throw new SelftrainError({
      code: "votes-steps",
      message:
        "votes.fromStep and votes.toStep are about the steps of a run, and votes.from is a label folder.",
      found: { fromStep, toStep },
      where: `votes.from: ${from}`,
      remedy: "Leave them out, or name a run.",
    });
  }
  const groups: VotedPrompt[] = [];
  let known = false;
  const variables = labelledWith(from);
  for await (const { row, rollouts } of readLabelledGroups(from)) {
    const asked = promptOfRow(row);
    const prompt = asked.messages && variables ? { ...asked, variables } : asked;
    groups.push({ prompt, solutions: rollouts, label: row.label });
    known ||= row.passRate !== null;
  }
  return {
    groups,
    truth: known && trueAnswers ? await truthOf(from, tokenizer, options) : new Map(),
    description: `${groups.length} groups of ${from}`,
  };
}

/** True answers are not among the labels: they are read where the prompts came from. */
async function truthOf(from: string, tokenizer: Tokenizer, options: ResolveOptions): Promise<HiddenLabels> {
  const config = labelConfigSchema.parse(
    parse(readTextFile(join(from, "label.yaml"), "read the labels' configuration")),
  );
  return (await labelPool(config, tokenizer, options)).labels;
}

function promptsChanged(
  path: string,
  id: string,
  found: string,
  expected: string | undefined,
): SelftrainError {
  return new SelftrainError({
    code: "votes-prompts-changed",
    message: `The prompts of this run are no longer those that it sampled: prompt ${id} differs.`,
    found,
    expected: expected ?? "no such prompt",
    where: path,
    remedy: "Restore the file of prompts that the run's config.yaml names.",
  });
}
