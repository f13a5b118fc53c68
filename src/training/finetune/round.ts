/** A round: votes, what they prefer, and how many steps it takes to learn that. */
import type { FinetuneConfig } from "../../config/finetune-config.js";
import type { VotedPrompt } from "../../core/preference/voted-prompt.js";
import { batchAt } from "../../data/batches.js";
import { SelftrainError } from "../../errors.js";
import { mean } from "../../numbers.js";
import { uniform } from "../../random.js";
import type { Run } from "../../run/run.js";
import type { BaseAgreement } from "../loop/base-notice.js";
import { STREAM } from "../rollout/sample-groups.js";
import { loadStart, type Place } from "./checkpoint.js";
import type { LabelledRound } from "./prepare.js";
import { forgetReference, scoreReference, storedReference } from "./reference.js";
import { roundRows } from "./rows.js";
import { type Selected, selectOf } from "./selection.js";
import type { OfflineSession } from "./session.js";
import { completionData, type Prepared, pairData, type ReferenceScores } from "./update.js";
import { sampleVotes, storedVotes, type VoteRow, votedPrompts, type Watching } from "./votes.js";

export interface Round {
  readonly round: number;
  readonly votes: readonly VotedPrompt[];
  readonly selected: Selected;
  /** Null for objective sft. */
  readonly reference: ReferenceScores | null;
  readonly steps: number;
  readonly batchSize: number;
}

/**
 * Begins the round of a place, or goes on with it. Its votes are those that the run has; a round that begins and has none takes them from
 * the labels folder or samples them. Throws `finetune-votes-missing` where a round was begun and its files are gone.
 */
export async function openRound(
  { step, round, roundStep }: Place,
  config: FinetuneConfig,
  session: OfflineSession,
  run: Run<FinetuneConfig>,
  watching: Watching = {},
): Promise<Round> {
  const first = step - roundStep + 1;
  const begins = roundStep === 0;
  const stored = await storedVotes(first, run);
  if (stored === null && !begins) throw missing(run, round);
  const { rows, votes, selected } =
    session.labelled ??
    chosenOf(stored ?? (await sampleVotes(round, config, session, run, watching)), round, config, session);
  if (stored === null) {
    forgetReference(first, run);
    await run.writeRollouts(first, roundRows(first, rows, votes, selected), session.pool.labels);
  }
  if (begins && config.restart && round > 1) await loadStart(run, session);
  const { items } = selected;
  const batchSize = Math.min(config.batchSize, items.length);
  const steps = stepsOf(items.length, config);
  if (selected.kind === "completions") return { round, votes, selected, reference: null, steps, batchSize };
  const known = storedReference(first, selected.items, run);
  if (known === null && !begins) throw missing(run, round);
  const reference = known ?? (await scoreReference(first, votes, selected.items, session.engine, run));
  return { round, votes, selected, reference, steps, batchSize };
}

/** Votes of one's own, and what they prefer. */
function chosenOf(
  rows: readonly VoteRow[],
  round: number,
  config: FinetuneConfig,
  { pool, tokenizer, engine }: OfflineSession,
): LabelledRound {
  const { contextLength } = engine.capabilities;
  const votes = votedPrompts(rows, pool, { tokenizer, contextLength });
  return { rows, votes, selected: selectOf(votes, config, round) };
}

/** Of the votes of a round, which its steps then learn from. */
export const agreementOf = (votes: Round["votes"]): BaseAgreement => ({
  of: "step",
  agreement: mean(votes.map(({ agreement }) => agreement)),
  samples: votes[0]!.completions.length,
});

/** Steps of a round: as many as make the epochs, rounded. */
export const stepsOf = (items: number, { epochs, batchSize }: FinetuneConfig): number =>
  Math.max(1, Math.round((epochs * items) / Math.min(batchSize, items)));

/** The data of a step of the round, counted from 0. Batches go through the round's items in shuffled epochs. */
export function prepare(
  { round, votes, selected, reference, batchSize }: Round,
  roundStep: number,
  config: FinetuneConfig,
  { engine }: OfflineSession,
): Promise<Prepared> | Prepared {
  const seed = Math.floor(uniform(config.seed, STREAM.finetune, round) * 2 ** 31);
  const batch = batchAt(selected.items.length, roundStep, batchSize, seed);
  const taken = <T>(all: readonly T[]): T[] => batch.map((i) => all[i]!);
  if (selected.kind === "completions") return completionData(votes, taken(selected.items), engine);
  const scores = { chosen: taken(reference!.chosen), rejected: taken(reference!.rejected) };
  return pairData(votes, taken(selected.items), scores, config, engine);
}

function missing(run: { readonly path: string }, round: number): SelftrainError {
  return new SelftrainError({
    code: "finetune-votes-missing",
    message: `round ${round} was begun, and what it began with is gone`,
    expected: "the rollouts of its first step and, for pairs, the reference's scores",
    where: run.path,
    remedy: "restore the files, or delete the checkpoints of this round to begin it anew",
  });
}
