/** Where a recomputed step is not the stored one. */
import type { MetricRecord, RolloutRow } from "../../run/run-directory.js";
import type { Outcome } from "../../training/loop/step-record.js";

/** One value that is not the stored one. */
export interface Difference {
  readonly step: number;
  /** Null for a metric of the step. */
  readonly group: number | null;
  readonly sample: number | null;
  /** A column of the rollouts, or a metric. */
  readonly column: string;
  readonly stored: Value;
  readonly recomputed: Value;
}

type Value = number | string | boolean | null | readonly number[];

const compared: readonly (keyof Outcome)[] = [
  "trained",
  "answer",
  "graderError",
  "voteLabel",
  "voteShare",
  "rewardLabel",
  "reward",
  "score",
  "advantage",
  "rejected",
];

/** Numbers are equal where all their bits are. Rows are in the same order. */
export function rowDifferences(
  stored: readonly RolloutRow[],
  recomputed: readonly RolloutRow[],
): Difference[] {
  return recomputed.flatMap((row, i) => {
    const { step, group, sample } = row;
    return compared.flatMap((column) => {
      const [was, is] = [stored[i]![column], row[column]];
      return Object.is(was, is) ? [] : [{ step, group, sample, column, stored: was, recomputed: is }];
    });
  });
}

/** Metrics that both sides have; those that a version or an arm lacks say nothing. */
export function metricDifferences(
  { step, metrics: stored }: MetricRecord,
  recomputed: MetricRecord["metrics"],
): Difference[] {
  return Object.entries(recomputed).flatMap(([column, is]) => {
    const was = stored[column];
    // JSON has no negative zero, so equality here is of values.
    if (was === undefined || was === is) return [];
    return [{ step, group: null, sample: null, column, stored: was, recomputed: is }];
  });
}

/** How much of a step is another. */
export interface Changes {
  readonly groups: number;
  readonly rollouts: number;
  /** Rollouts with another answer. */
  readonly answers: number;
  /** Groups whose vote has another label. */
  readonly voteLabels: number;
  /** Groups of which another answer is rewarded. */
  readonly labels: number;
  /** Rollouts with another reward. */
  readonly rewards: number;
  /** Rollouts with another advantage. */
  readonly advantages: number;
}

export const noChanges: Changes = {
  groups: 0,
  rollouts: 0,
  answers: 0,
  voteLabels: 0,
  labels: 0,
  rewards: 0,
  advantages: 0,
};

export function changesIn(rows: readonly RolloutRow[], differences: readonly Difference[]): Changes {
  const rollouts = (column: string) => differences.filter((d) => d.column === column).length;
  const groups = (column: string) =>
    new Set(differences.flatMap((d) => (d.column === column ? [d.group] : []))).size;
  return {
    groups: new Set(rows.map(({ group }) => group)).size,
    rollouts: rows.length,
    answers: rollouts("answer"),
    voteLabels: groups("voteLabel"),
    labels: groups("rewardLabel"),
    rewards: rollouts("reward"),
    advantages: rollouts("advantage"),
  };
}

export function sumOfChanges(one: Changes, other: Changes): Changes {
  const names = Object.keys(noChanges) as (keyof Changes)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as Changes;
}
