/** Counted rows of a run as steps of groups. */
import type { HiddenLabels } from "../../../group.js";
import type { AuditGroup, AuditStep } from "../source.js";
import type { CountedRow } from "./run-rows.js";

/** `rows` in order of step and group. */
export function stepsOfRows(
  rows: readonly CountedRow[],
  labels: HiddenLabels,
  logged: ReadonlyMap<number, Readonly<Record<string, number>>>,
): AuditStep[] {
  return runsOf(rows, ({ step }) => step).map((ofStep) => {
    const { step } = ofStep[0]!;
    let [kl, measured] = [0, 0];
    for (const row of ofStep) {
      kl += row.kl ?? 0;
      measured += row.klCount;
    }
    return {
      step,
      groups: runsOf(ofStep, ({ group }) => group).map((own) => groupOf(own, labels)),
      logged: logged.get(step) ?? {},
      sequenceKl:
        measured === 0 || !Number.isFinite(kl) ? (logged.get(step)?.sequenceKl ?? null) : kl / measured,
    };
  });
}

function groupOf(rows: readonly CountedRow[], labels: HiddenLabels): AuditGroup {
  const { promptId, rewardLabel } = rows[0]!;
  const answers: (string | null)[] = [];
  const paid: (string | null)[] = [];
  const rewards: number[] = [];
  for (const { answer, reward, count } of rows)
    for (let i = 0; i < count; i++) {
      answers.push(answer);
      if (reward === null) continue;
      paid.push(answer);
      rewards.push(reward);
    }
  return {
    promptId,
    answers,
    paid: rewards.length === 0 || !rewards.every(Number.isFinite) ? null : { answers: paid, rewards },
    label: rewardLabel,
    truth: labels.get(promptId) ?? null,
  };
}

/** Neighbours with the same key. */
function runsOf<T>(items: readonly T[], keyOf: (item: T) => number): T[][] {
  const runs: T[][] = [];
  let last: number | null = null;
  for (const item of items) {
    const key = keyOf(item);
    if (key === last) runs.at(-1)!.push(item);
    else runs.push([item]);
    last = key;
  }
  return runs;
}
