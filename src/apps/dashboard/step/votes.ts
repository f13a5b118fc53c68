/** What a step was answered, group by group, without its texts: small enough to be held for thousands of steps. */
import { majorityVote } from "../../../core/vote/majority.js";
import { probeFile, readProbeVotes } from "../../../run/probes.js";
import { rowsByGroup } from "../../../run/store/group-vote.js";
import { checkInside } from "../../../run/store/inside.js";
import type { Source } from "../api/routes.js";
import { labelsOf, type OpenRun } from "../runs/open-run.js";

export interface StepVote {
  readonly group: number;
  readonly promptId: string;
  readonly label: string | null;
  /** Share of the largest class of all samples. */
  readonly agreement: number;
  readonly truth: string | null;
  readonly samples: number;
  readonly unanswered: number;
  /** The most frequent first. */
  readonly answers: readonly { readonly answer: string; readonly count: number }[];
}

/** Steps of a source that are kept, ascending. */
export const stepsOf = ({ store }: OpenRun, source: Source): number[] =>
  source === "probe" ? store.probeSteps() : store.rolloutSteps();

/** Throws as `RunStore.groups` and `readProbeVotes` do. */
export function votesAt(run: OpenRun, source: Source, step: number): Promise<readonly StepVote[]> {
  return run.votes.get(`${source} ${step}`, () =>
    source === "probe" ? ofProbe(run, step) : ofRollouts(run, step),
  );
}

async function ofRollouts(run: OpenRun, step: number): Promise<StepVote[]> {
  const groups = await run.store.groups(step);
  const known = groups.some(({ truth }) => truth !== null);
  const labels = known ? new Map<string, string>() : (await labelsOf(run, "rollouts")).labels;
  return groups.map(({ group, promptId, label, agreement, truth, samples, unanswered, answers }) => ({
    group,
    promptId,
    label,
    agreement,
    truth: truth ?? labels.get(promptId) ?? null,
    samples,
    unanswered,
    answers: answers.map(({ answer, count }) => ({ answer, count })),
  }));
}

async function ofProbe(run: OpenRun, step: number): Promise<StepVote[]> {
  const path = probeFile(run.path, step);
  checkInside(run.path, path);
  const { labels } = await labelsOf(run, "probe");
  return rowsByGroup(await readProbeVotes(path)).map((rows) => {
    const { group, promptId, voteLabel } = rows[0]!;
    const { classes, share } = majorityVote(rows.map(({ answer }) => answer));
    return {
      group,
      promptId,
      label: voteLabel,
      agreement: share,
      truth: labels.get(promptId) ?? null,
      samples: rows.length,
      unanswered: rows.length - classes.reduce((sum, { count }) => sum + count, 0),
      answers: classes.map(({ answer, count }) => ({ answer, count })),
    };
  });
}
