/** The tables of a label folder: a prompt with its vote, and the samples that voted. */
import { sameAnswer } from "../../core/answer/same.js";
import type { VoteResult } from "../../core/vote/majority.js";
import type { ChatMessage, FinishReason, Group, Prompt } from "../../group.js";
import type { Columns } from "../../io/fs/parquet.js";

/** A row of `labels.parquet`. Shares are in [0, 1]. */
export interface LabelRow {
  readonly promptId: string;
  /** The text as the model was asked it, or what the user says last in `messages`. */
  readonly prompt: string;
  /** JSON of the conversation that the chat template rendered; null where `prompt` was completed as it stands. */
  readonly messages: string | null;
  readonly samples: number;
  /** Majority answer in canonical form; null where the vote has none: nobody answered, too few did, or a tie stayed one. */
  readonly label: string | null;
  /** Share of the votes that the largest class holds. */
  readonly agreement: number;
  /** Share of the votes by which it leads the next. */
  readonly margin: number;
  readonly tie: boolean;
  readonly noAnswerShare: number;
  /** Entropy (nats) of the answers that were given. */
  readonly entropy: number;
  /** Share of the samples with the true answer, where one is known. A metric: nothing that trains without labels may read it. */
  readonly passRate: number | null;
}

/** A row of `rollouts.parquet`; the samples of a prompt follow each other, and prompts are in the order of `labels.parquet`. */
export interface LabelledRollout {
  readonly promptId: string;
  readonly sample: number;
  readonly completion: string;
  /** Number of tokens, the end of sequence included. */
  readonly tokens: number;
  readonly finish: FinishReason;
  readonly answer: string | null;
  /** Mean log-probability (nats) of a token at temperature 1. */
  readonly meanLogprob: number;
}

export const labelColumns: Columns<LabelRow> = {
  promptId: "VARCHAR",
  prompt: "VARCHAR",
  messages: "VARCHAR | null",
  samples: "INTEGER",
  label: "VARCHAR | null",
  agreement: "DOUBLE",
  margin: "DOUBLE",
  tie: "BOOLEAN",
  noAnswerShare: "DOUBLE",
  entropy: "DOUBLE",
  passRate: "DOUBLE | null",
};

export const rolloutColumns: Columns<LabelledRollout> = {
  promptId: "VARCHAR",
  sample: "INTEGER",
  completion: "VARCHAR",
  tokens: "INTEGER",
  finish: "VARCHAR",
  answer: "VARCHAR | null",
  meanLogprob: "DOUBLE",
};

/** The row of a group and its vote; `truth` is the true answer, where one is known. */
export function labelRow({ prompt, rollouts }: Group, vote: VoteResult, truth: string | undefined): LabelRow {
  const { label, share, margin, tie, noAnswerShare, entropy } = vote;
  return {
    promptId: prompt.id,
    prompt: prompt.text,
    messages: prompt.messages === undefined ? null : JSON.stringify(prompt.messages),
    samples: rollouts.length,
    label,
    agreement: share,
    margin,
    tie,
    noAnswerShare,
    entropy,
    passRate:
      truth === undefined
        ? null
        : rollouts.filter(({ answer }) => sameAnswer(answer, truth)).length / rollouts.length,
  };
}

export function labelledRollouts({ prompt, rollouts }: Group): LabelledRollout[] {
  return rollouts.map(({ text, tokens, finish, answer, logprobs }, sample) => ({
    promptId: prompt.id,
    sample,
    completion: text,
    tokens: tokens.length,
    finish,
    answer,
    meanLogprob: logprobs.reduce((sum, value) => sum + value, 0) / tokens.length,
  }));
}

/** The prompt of a row, as the model was asked it. */
export function promptOfRow({
  promptId: id,
  prompt: text,
  messages,
}: Pick<LabelRow, "promptId" | "prompt" | "messages">): Prompt {
  return messages === null ? { id, text } : { id, text, messages: JSON.parse(messages) as ChatMessage[] };
}
