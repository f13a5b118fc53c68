/**
 * The votes of a round, kept as its rollouts before anything learns from them: the policy that sampled is gone after the first
 * step, so a resumed run reads them back. They are read as they were written, with completions encoded anew from their text, so that
 * votes of a labels folder, of this process, and of one that was killed, are one thing.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type FinetuneConfig, samplesOf } from "../../config/finetune-config.js";
import type { VotedCompletion, VotedPrompt } from "../../core/preference/voted-prompt.js";
import type { VoteResult } from "../../core/vote/majority.js";
import { batchAt } from "../../data/batches.js";
import type { PromptPool } from "../../data/pool.js";
import { SelftrainError } from "../../errors.js";
import type { Group } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { noticeFailures } from "../../run/grader-notice.js";
import type { Observer } from "../../run/observer.js";
import { readRollouts } from "../../run/rollouts.js";
import type { Run } from "../../run/run.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { stepName } from "../../run/step-name.js";
import { guardSamples } from "../loop/failed-batch.js";
import type { Session } from "../loop/session.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import type { SampleNotices } from "../rollout/sample-notices.js";
import { voteOf } from "../rollout/vote-group.js";

/** A completion and its vote, as a rollouts file has them. */
export type VoteRow = Pick<
  RolloutRow,
  | "group"
  | "sample"
  | "promptId"
  | "prompt"
  | "completion"
  | "tokens"
  | "finish"
  | "answer"
  | "graderError"
  | "voteLabel"
  | "voteShare"
  | "meanLogprob"
>;

/** The rows of a round whose first step is `step`; null where they are not written yet. */
export async function storedVotes(
  step: number,
  run: Pick<Run<FinetuneConfig>, "rolloutsFolder">,
): Promise<VoteRow[] | null> {
  const path = join(run.rolloutsFolder, `${stepName(step)}.parquet`);
  return existsSync(path) ? readRollouts(path) : null;
}

/** Who is told how sampling goes, and what it gave. */
export interface Watching {
  readonly observer?: Observer | undefined;
  /** What says so where the samples have no answers. */
  readonly notices?: SampleNotices;
}

/** Samples the prompts of a round from the current policy, and has each group vote. */
export async function sampleVotes(
  round: number,
  config: FinetuneConfig,
  { engine, tokenizer, pool }: Pick<Session, "engine" | "tokenizer" | "pool">,
  run: Run<FinetuneConfig>,
  { observer, notices }: Watching = {},
): Promise<VoteRow[]> {
  const stream = [config.seed, STREAM.finetune, round];
  const { promptsPerRound } = config;
  const prompts =
    promptsPerRound === undefined
      ? pool.prompts
      : batchAt(pool.prompts.length, round - 1, promptsPerRound, config.seed).map((i) => pool.prompts[i]!);
  const sampler = await engine.refreshSampler();
  const groups = await sampleGroups(sampler, tokenizer, prompts, {
    samples: samplesOf(config),
    maxTokens: config.maxNewTokens,
    temperature: config.temperature ?? 1,
    stream,
    canonicalise: pool.canonicalise,
    reading: pool.reading,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
  });
  await sampler.release();
  guardSamples(run, round, groups);
  noticeFailures(groups, observer);
  notices?.look("step", `round ${round}`, groups, pool.reading);
  return groups.flatMap((group, g) => rowsOf(group, voteOf(group, config.vote, stream), g));
}

function rowsOf({ prompt, rollouts }: Group, { label, share }: VoteResult, group: number): VoteRow[] {
  return rollouts.map((rollout, sample) => ({
    group,
    sample,
    promptId: prompt.id,
    prompt: prompt.text,
    completion: rollout.text,
    tokens: rollout.tokens.length,
    finish: rollout.finish,
    answer: rollout.answer,
    graderError: rollout.graderError ?? null,
    voteLabel: label,
    voteShare: share,
    meanLogprob: rollout.logprobs.reduce((sum, value) => sum + value, 0) / rollout.tokens.length,
  }));
}

/**
 * The rows as prompts with their completions. A completion that does not fit the context with its prompt, as one of another model may
 * not, votes and cannot be learned. Throws `finetune-foreign-votes` where the pool has no prompt of that id.
 */
export function votedPrompts(
  rows: readonly VoteRow[],
  { prompts }: PromptPool,
  { tokenizer, contextLength }: { readonly tokenizer: Tokenizer; readonly contextLength: number },
): VotedPrompt[] {
  const known = new Map(prompts.map((prompt) => [prompt.id, prompt]));
  const eos = tokenizer.eosTokens[0]!;
  const groups = new Map<number, VoteRow[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group) group.push(row);
    else groups.set(row.group, [row]);
  }
  return [...groups.values()].map((members) => {
    const { promptId, voteLabel, voteShare } = members[0]!;
    const prompt = known.get(promptId);
    if (prompt === undefined) throw foreign(promptId, prompts.length);
    const promptTokens = encodePrompt(tokenizer, prompt);
    const room = contextLength - promptTokens.length;
    const completions = members.map(({ completion: text, finish, answer }): VotedCompletion => {
      const stopped = finish === "stop";
      const tokens = [...tokenizer.encode(text), ...(stopped ? [eos] : [])];
      const usable = tokens.length > 0 && tokens.length <= room;
      return { text, tokens, finish: stopped ? "stop" : "length", answer, usable };
    });
    return { prompt, promptTokens, completions, label: voteLabel, agreement: voteShare };
  });
}

function foreign(promptId: string, count: number): SelftrainError {
  return new SelftrainError({
    code: "finetune-foreign-votes",
    message: "there is a vote on a prompt that the pool does not have",
    found: promptId,
    expected: `one of ${count} prompts`,
    where: `prompt ${promptId}`,
    remedy: "train on the prompts that the votes were made on",
  });
}
