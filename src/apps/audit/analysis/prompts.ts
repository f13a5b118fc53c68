/** What became of prompts: fates, flips, and the first that went to the answer that took over. */
import { type Fates, fatesOf } from "../../../core/monitor/course/fates.js";
import { type Flips, flips } from "../../../core/monitor/course/flips.js";
import type { ProbeVotes } from "../source.js";
import type { StepFigures } from "./step-figures.js";

/** One vote on a prompt. */
export interface VoteAt {
  readonly step: number;
  readonly majority: string | null;
  readonly right: boolean | null;
}

/** The votes of each prompt in step order. */
export type Histories = ReadonlyMap<string, readonly VoteAt[]>;

export function historiesOf(course: readonly StepFigures[]): Histories {
  const histories = new Map<string, VoteAt[]>();
  for (const { step, groups } of course)
    for (const { promptId, majority, right } of groups) {
      const known = histories.get(promptId);
      if (known === undefined) histories.set(promptId, [{ step, majority, right }]);
      else known.push({ step, majority, right });
    }
  return histories;
}

export function probeHistories(probes: readonly ProbeVotes[]): Histories {
  const histories = new Map<string, VoteAt[]>();
  for (const { step, votes } of probes)
    for (const { promptId, majority, truth } of votes) {
      const vote = { step, majority, right: truth === null ? null : majority === truth };
      const known = histories.get(promptId);
      if (known === undefined) histories.set(promptId, [vote]);
      else known.push(vote);
    }
  return histories;
}

/** Prompts that were judged at two steps or more, from the first to the last. */
export function fatesBetween(histories: Histories): Fates | null {
  const twice = [...histories].flatMap(([promptId, votes]) => {
    const ends = endsOf(votes.filter(({ right }) => right !== null));
    return ends === null ? [] : [{ promptId, ...ends }];
  });
  if (twice.length === 0) return null;
  return fatesOf(
    twice.map(({ promptId, before }) => ({ promptId, right: before.right! })),
    twice.map(({ promptId, after }) => ({ promptId, right: after.right! })),
  );
}

/** The first vote and the last, of different steps: a prompt that was drawn twice in one has not changed between. Null where all are of one. */
function endsOf(votes: readonly VoteAt[]): { readonly before: VoteAt; readonly after: VoteAt } | null {
  const [before, after] = [votes[0], votes.at(-1)];
  return before === undefined || after === undefined || before.step === after.step ? null : { before, after };
}

/** Changes of evaluation that a flip rate looks back on. */
export const FLIP_WINDOW = 3;

export const flipsOf = (histories: Histories): Flips | null =>
  flips(
    [...histories.values()].map((votes) => votes.map(({ majority }) => majority)),
    FLIP_WINDOW,
  );

export interface FirstMover {
  readonly promptId: string;
  /** First step at which its majority was the answer. */
  readonly step: number;
  /** What it was before; null where the prompt was not seen before, or had no majority. */
  readonly before: string | null;
}

/** Prompts whose majority became `answer` where that is not known to be right, the earliest first; those that changed to it before those that were met with it. */
export function firstMovers(histories: Histories, answer: string, count = 5): FirstMover[] {
  const movers = [...histories].flatMap(([promptId, votes]): FirstMover[] => {
    const at = votes.findIndex(({ majority, right }) => majority === answer && right !== true);
    if (at < 0) return [];
    return [
      {
        promptId,
        step: votes[at]!.step,
        before: votes.slice(0, at).findLast((v) => v.majority !== null)?.majority ?? null,
      },
    ];
  });
  return movers
    .sort(
      (a, b) =>
        Number(a.before === null) - Number(b.before === null) ||
        a.step - b.step ||
        (a.promptId < b.promptId ? -1 : 1),
    )
    .slice(0, count);
}

export interface BeforeAfter {
  readonly promptId: string;
  readonly before: VoteAt;
  readonly after: VoteAt;
}

/** Prompts to look at, their first vote and their last: those that were corrupted before those that were learned, those before others that changed, then the rest. */
export function chosenPrompts(histories: Histories, count = 5): BeforeAfter[] {
  const rank = ({ before, after }: BeforeAfter): number => {
    if (before.right === true && after.right === false) return 0;
    if (before.right === false && after.right === true) return 1;
    return before.majority !== after.majority ? 2 : 3;
  };
  return [...histories]
    .flatMap(([promptId, votes]) => {
      const ends = endsOf(votes);
      return ends === null ? [] : [{ promptId, ...ends }];
    })
    .map((own) => ({ own, rank: rank(own) }))
    .sort((a, b) => a.rank - b.rank || (a.own.promptId < b.own.promptId ? -1 : 1))
    .slice(0, count)
    .map(({ own }) => own);
}
