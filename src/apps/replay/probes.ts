/** The probes of a run again, from their stored samples: answers, votes and figures, under the run's own configuration. */
import type { TrainConfig } from "../../config/train-config.js";
import { GraderFailures } from "../../core/answer/failures.js";
import { majorityVote } from "../../core/vote/majority.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import type { ResolveOptions } from "../../run/model-folder.js";
import { listProbes, readProbe } from "../../run/probes.js";
import type { MetricRecord, ProbeRow } from "../../run/run-directory.js";
import { checkWhole, type Probed, probedGroups } from "../../training/probe/history.js";
import { probeMetrics } from "../../training/probe/metrics.js";
import { type PoolReading, readRollout } from "../../training/rollout/read-rollout.js";
import { probeLabels } from "../../training/start/probe-pool.js";
import { type Difference, metricDifferences } from "./differences.js";
import { isChosen } from "./steps.js";

export interface ReplayedProbes {
  readonly probes: number;
  readonly differences: readonly Difference[];
}

interface Replaying {
  readonly config: TrainConfig;
  readonly reading: PoolReading;
  readonly records: readonly MetricRecord[];
  /** Steps whose probe is lost: what later ones are compared with is not known then. */
  readonly missing: readonly number[];
  readonly steps: string | undefined;
}

/** Columns of a probe are named `probe.answer`, and so are metrics. Throws as `readProbe` and `checkWhole` do. */
export async function replayProbes(
  run: string,
  { config, reading, records, missing, steps }: Replaying,
  options: ResolveOptions,
): Promise<ReplayedProbes> {
  const files = listProbes(run);
  if (files.length === 0) return { probes: 0, differences: [] };
  const labels = await labelsOf(config, options);
  const lines = new Map(records.flatMap((r) => (r.kind === "probe" ? [[r.step, r]] : [])));
  const earlier: Probed[] = [];
  const differences: Difference[] = [];
  let probes = 0;
  for (const { step, path } of files) {
    const record = lines.get(step);
    // One that a kill left before its line, or that the replay says is missing.
    if (record === undefined || missing.includes(step)) continue;
    const stored = await readProbe(path);
    checkWhole(stored, earlier[0]?.groups.length ?? new Set(stored.map(({ group }) => group)).size, path);
    const rows = readAgain(stored, reading);
    if (isChosen(step, steps)) {
      probes++;
      const whole = missing.every((lost) => lost > step);
      const found = [
        ...rowDifferences(stored, rows),
        ...(whole ? metricDifferences(record, probeMetrics(rows, earlier, labels)) : []),
      ];
      differences.push(...found.map((own) => ({ ...own, column: `probe.${own.column}` })));
    }
    earlier.push({ step, groups: probedGroups(rows) });
  }
  return { probes, differences };
}

/** None where the prompts cannot be had any more: figures of true answers are not compared then. */
const labelsOf = (config: TrainConfig, options: ResolveOptions): Promise<HiddenLabels> =>
  probeLabels(config, options).catch((error: unknown) => {
    if (error instanceof SelftrainError) return new Map();
    throw error;
  });

/** The rows with answers and votes as they are read now. */
function readAgain(rows: readonly ProbeRow[], reading: PoolReading): ProbeRow[] {
  const failures = new GraderFailures(1);
  const read = rows.map((row): ProbeRow => {
    const finish = row.finish === "length" ? "length" : "stop";
    const { answer, graderError = null } = readRollout(
      row.completion,
      finish,
      row.promptId,
      reading,
      failures,
    );
    return { ...row, answer, graderError };
  });
  const votes = probedGroups(read).map(({ answers }) => majorityVote(answers));
  return read.map((row) => {
    const { label, share } = votes[row.group]!;
    return { ...row, voteLabel: label, voteShare: share };
  });
}

const compared = ["answer", "graderError", "voteLabel", "voteShare"] as const;

function rowDifferences(stored: readonly ProbeRow[], again: readonly ProbeRow[]): Difference[] {
  return again.flatMap((row, i) =>
    compared.flatMap((column) => {
      const [was, is] = [stored[i]![column], row[column]];
      const { step, group, sample } = row;
      return Object.is(was, is) ? [] : [{ step, group, sample, column, stored: was, recomputed: is }];
    }),
  );
}
