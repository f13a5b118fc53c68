/** The lines of metrics of an offline run. */

import { selectionFigures, selectionLabelMetrics } from "../../core/monitor/preference-metrics.js";
import { stepSignals } from "../../core/monitor/signals.js";
import { majorityVote } from "../../core/vote/majority.js";
import type { HiddenLabels } from "../../group.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { Round } from "./round.js";

export interface FinetuneStep {
  readonly step: number;
  readonly round: Round;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * A step's line. That of a round's first step says as well what the round learns from. True labels enter here, after the update,
 * and nowhere else.
 */
export function finetuneRecord(
  { step, round, figures }: FinetuneStep,
  labels: HiddenLabels | null,
  time: Readonly<Record<string, number>>,
): MetricRecord {
  return {
    kind: "step",
    step,
    metrics: { round: round.round, ...(labels === null ? {} : roundFigures(round, labels)), ...figures },
    time,
  };
}

function roundFigures({ votes, selected }: Round, labels: HiddenLabels) {
  const groups = votes.map(({ completions }) => ({ rollouts: completions }));
  const counted = groups.map(({ rollouts }) => majorityVote(rollouts.map(({ answer }) => answer)));
  return {
    prompts: votes.length,
    ...stepSignals(groups, counted),
    ...selectionFigures(selected.items, selected.dropped),
    ...selectionLabelMetrics(votes, selected.items, labels),
  };
}
