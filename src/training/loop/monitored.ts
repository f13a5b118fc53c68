/** A step as the monitor looks at it: answers and pay by prompt, with what they are held against. */

import { sameAnswer } from "../../core/answer/same.js";
import type { JudgedVote } from "../../core/monitor/calibration/confidence.js";
import type { AnsweredGroup, PaidGroup } from "../../core/monitor/group.js";
import { attractors } from "../../core/monitor/label-free/excess-share.js";
import { answerFigures, shiftFigures } from "../../core/monitor/label-free/figures.js";
import type { AnswerReference } from "../../core/monitor/label-free/reference.js";
import { tallyOf } from "../../core/monitor/label-free/tally.js";
import { type ProxyFigures, proxyFigures } from "../../core/monitor/proxy/figures.js";
import type { LastResult } from "../../data/last-result.js";
import type { Group, HiddenLabels } from "../../group.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { Rewarded } from "./collect.js";

export interface Monitoring {
  /** Name of the reward source. */
  readonly reward: string;
  /** The answers of the stage's first steps; null at those steps, undefined where they were lost. */
  readonly reference: AnswerReference | null | undefined;
  /** Reads the last result of a solution; null where the format shows none. */
  readonly lastResult: LastResult | null;
}

/** The group's answers, each with the last result of its own steps. */
export function answeredGroup(
  { prompt, rollouts }: Pick<Group, "prompt" | "rollouts">,
  lastResult: LastResult | null,
): AnsweredGroup {
  return {
    promptId: prompt.id,
    answers: rollouts.map(({ answer }) => answer),
    ...(lastResult && { lastResults: rollouts.map(({ text }) => lastResult(prompt.text, text)) }),
  };
}

/** The figures that need no label: of the first batch, as the other signals. */
export function monitorSignals(
  { sampled, refill }: Rewarded,
  { reference, lastResult }: Monitoring,
): MetricRecord["metrics"] {
  const groups = sampled.slice(0, refill?.firstBatch).map((group) => answeredGroup(group, lastResult));
  return {
    ...answerFigures(groups),
    ...(reference !== undefined && shiftFigures(groups, reference)),
  };
}

/** The bias of the reward on the prompts whose true answer is known; nothing where none is. */
export function biasOfReward(
  { groups, sampled, votes, rewards, refill }: Rewarded,
  labels: HiddenLabels,
  { reward, reference, lastResult }: Monitoring,
): ProxyFigures | Record<string, never> {
  const paid: PaidGroup[] = [];
  const voters: Pick<PaidGroup, "answers" | "truth">[] = [];
  const judged: JudgedVote[] = [];
  groups.forEach((group, g) => {
    const truth = labels.get(group.prompt.id);
    if (truth === undefined) return;
    const { rewards: own, label } = rewards[g]!;
    paid.push({ ...answeredGroup(group, lastResult), rewards: own, label, truth });
    voters.push({ answers: sampled[g]!.rollouts.map(({ answer }) => answer), truth });
    judged.push({ confidence: votes[g]!.share, right: sameAnswer(votes[g]!.label, truth) });
  });
  if (paid.length === 0) return {};
  const now = tallyOf(sampled.slice(0, refill?.firstBatch).map((group) => answeredGroup(group, null)));
  return proxyFigures({
    groups: paid,
    voters,
    votes: judged,
    ownMajority: reward === "majority",
    attractors: reference ? attractors(now, reference) : null,
  });
}
