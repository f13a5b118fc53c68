/** `selftrain vote`: samples in, votes out. */

import type { VoteCommandConfig } from "../../config/grade-config.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { dataFiles } from "../../data/table/files.js";
import type { Chunks } from "../../data/table/lines.js";
import { readTable } from "../../data/table/read.js";
import type { HubOptions } from "../../io/hub/options.js";
import { Grader } from "./grader.js";
import { type GroupVote, voteOnGroup } from "./group-vote.js";
import { groupColumns, groupsOf } from "./groups.js";
import { rowsIn } from "./rows-in.js";
import { type GradedSample, gradeSample, sampleColumns } from "./sample.js";

export interface VoteSummary {
  readonly groups: number;
  readonly samples: number;
  /** Groups that have a label. */
  readonly labelled: number;
  readonly ties: number;
  /** Groups in which some samples have an answer, and fewer than a label needs. */
  readonly tooFew: number;
  /** Samples whose text breaks off, though nothing says why it ended. */
  readonly breakOff: number;
  /** Means over groups. */
  readonly agreement: number;
  readonly noAnswerShare: number;
  readonly graderFailures: number;
}

/** Samples between two looks at how many the grader failed on, while the end is not known. */
const LOOK = 1000;

/**
 * Votes on every group of the data, in the order of their first samples; `write` is given one after the other. Throws as
 * reading data does, and `grader-failures` where the grader failed on too many.
 */
export async function voteOnFiles(
  config: VoteCommandConfig,
  stdin: Chunks,
  write: (vote: GroupVote) => Promise<void>,
  hub: HubOptions = {},
): Promise<VoteSummary> {
  const grader = new Grader(config, solutionRules);
  const { data, textColumn, answerColumn, groupColumn } = config;
  const wanted = [
    ...groupColumns(groupColumn),
    ...sampleColumns,
    "tokens",
    ...[textColumn, answerColumn].filter((name) => name !== undefined),
  ];
  const rows = data === "-" ? rowsIn(stdin) : readTable(await dataFiles(data, hub), wanted);
  let [groups, samples, labelled, ties, tooFew, breakOff, agreement, noAnswerShare] = [
    0, 0, 0, 0, 0, 0, 0, 0,
  ];
  const read = ({
    cells,
    where,
  }: {
    cells: Readonly<Record<string, unknown>>;
    where: string;
  }): GradedSample => {
    if (++samples % LOOK === 0) grader.failures.check();
    return gradeSample(cells, where, grader, config);
  };
  for await (const group of groupsOf(rows, config, read)) {
    const vote = voteOnGroup(group.id, group.samples, config);
    groups++;
    if (vote.label !== null) labelled++;
    if (vote.tie) ties++;
    if (vote.answersNeeded !== undefined) tooFew++;
    breakOff += vote.breakOff ?? 0;
    agreement += vote.agreement;
    noAnswerShare += vote.noAnswerShare;
    await write(vote);
  }
  grader.failures.check();
  const mean = (sum: number): number => (groups === 0 ? 0 : sum / groups);
  return {
    groups,
    samples,
    labelled,
    ties,
    tooFew,
    breakOff,
    agreement: mean(agreement),
    noAnswerShare: mean(noAnswerShare),
    graderFailures: grader.failures.count,
  };
}
