/** Rows of another trainer as steps of groups. What is repeated, or cannot be put into groups, is refused or said. */
import { SelftrainError } from "../../../errors.js";
import type { AuditGroup, AuditStep } from "../source.js";
import type { ImportedRow } from "./imported-row.js";

/** What the reading of a file found. */
export interface ImportFindings {
  /** Whether any row named its group. */
  grouped: boolean;
  /** Most rollouts of a group. */
  largest: number;
  /** Groups of which the same prompt may have been drawn twice: those with a multiple of the step's commonest size. */
  doubled: number;
  /** Steps that are the same rollouts as the step before: a trainer that logs a batch again while it trains on it. */
  readonly again: number[];
  /** Completions in which an answer was looked for, and those of them that certainly break off. */
  read: number;
  brokenOff: number;
}

/**
 * Rows stand step by step, in ascending order. Rows of a step with the same group are one group; where none is named, those with the same
 * prompt. `logsAgain` says that the trainer may write a batch under several steps; it counts once. Throws `audit-step-order`, `audit-row-repeated`, `audit-group-mixed`.
 */
export async function* stepsOf(
  rows: AsyncIterable<ImportedRow>,
  findings: ImportFindings,
  logsAgain: boolean,
): AsyncGenerator<AuditStep, void> {
  let own: ImportedRow[] = [];
  let before: string | null = null;
  const take = function* (): Generator<AuditStep, void> {
    if (own.length === 0) return;
    const { step } = own[0]!;
    const content = logsAgain ? contentOf(own) : null;
    if (content !== null && content === before) findings.again.push(step);
    else yield stepOf(step, own, findings);
    before = content;
  };
  for await (const row of rows) {
    const last = own.at(-1);
    if (last !== undefined && row.step !== last.step) {
      if (row.step < last.step) throw outOfOrder(row, last);
      yield* take();
      own = [];
    }
    own.push(row);
  }
  yield* take();
}

/** What is the same where a batch was logged again: the same completions to the same prompts, in the same order, are no new samples. */
const contentOf = (rows: readonly ImportedRow[]): string =>
  JSON.stringify(rows.map(({ promptId, completion, reward }) => [promptId, completion, reward]));

function stepOf(step: number, rows: readonly ImportedRow[], findings: ImportFindings): AuditStep {
  const groups = new Map<string, ImportedRow[]>();
  const samples = new Set<string>();
  for (const row of rows) {
    if (row.brokenOff !== null) findings.read++;
    if (row.brokenOff) findings.brokenOff++;
    if (row.group !== null) findings.grouped = true;
    const key = row.group === null ? `prompt ${row.promptId}` : `group ${row.group}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else if (group[0]!.promptId === row.promptId) group.push(row);
    else throw mixed(row, group[0]!);
    if (row.sample === null) continue;
    const place = JSON.stringify([key, row.sample]);
    if (samples.has(place)) throw repeated(row);
    samples.add(place);
  }
  const sizes = [...groups.values()].map((group) => group.length);
  findings.largest = Math.max(findings.largest, ...sizes);
  const usual = commonest(sizes);
  findings.doubled += sizes.filter((size) => size > usual && size % usual === 0).length;
  const kl = rows.flatMap((row) => row.kl ?? []);
  return {
    step,
    groups: [...groups.values()].map(groupOf),
    logged: {},
    sequenceKl: kl.length === 0 ? null : kl.reduce((sum, own) => sum + own, 0) / kl.length,
  };
}

function groupOf(rows: readonly ImportedRow[]): AuditGroup {
  const paid = rows.filter(({ reward }) => reward !== null);
  const rewarded = new Set(
    paid.flatMap(({ reward, answer }) => (reward! > 0 && answer !== null ? [answer] : [])),
  );
  return {
    promptId: rows[0]!.promptId,
    answers: rows.map(({ answer }) => answer),
    paid:
      paid.length === 0
        ? null
        : { answers: paid.map(({ answer }) => answer), rewards: paid.map(({ reward }) => reward!) },
    label: rewarded.size === 1 ? [...rewarded][0]! : null,
    truth: rows.find(({ truth }) => truth !== null)?.truth ?? null,
  };
}

function commonest(sizes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].sort(([s, m], [t, n]) => n - m || s - t)[0]![0];
}

const outOfOrder = (row: ImportedRow, last: ImportedRow): SelftrainError =>
  new SelftrainError({
    code: "audit-step-order",
    message: `Step ${row.step} comes after step ${last.step}: rollouts are out of order, or there twice.`,
    found: `step ${last.step}, then ${row.step}`,
    expected: "rows in ascending order of their steps, those of a step together",
    where: row.where,
    remedy: "Sort the rows by step, and remove a run that was written to the file before.",
  });

const repeated = (row: ImportedRow): SelftrainError =>
  new SelftrainError({
    code: "audit-row-repeated",
    message: "A rollout is there twice.",
    found: `step ${row.step}, prompt ${row.promptId.slice(0, 80)}, sample ${row.sample}`,
    expected: "each sample of a group once",
    where: row.where,
    remedy: "Remove one of them, or number the samples of a group apart.",
  });

const mixed = (row: ImportedRow, first: ImportedRow): SelftrainError =>
  new SelftrainError({
    code: "audit-group-mixed",
    message: "A group has rollouts of two prompts.",
    found: `step ${row.step}, group ${row.group}: ${first.promptId.slice(0, 80)} and ${row.promptId.slice(0, 80)}`,
    expected: "one prompt a group",
    where: row.where,
    remedy: "Number the groups of a step apart.",
  });
