/**
 * Figures of a step that no run writes, for rules that others have published: made of those it does write, in the units in which their bounds are
 * given. The first steps, a fifth and at least eight, say what is normal, as for a CUSUM.
 */
import { prefixOf, scaleOf, varies } from "../../core/detect/baseline.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { CorpusRun } from "./corpus-format.js";

/** Rewards that are 0 or 1, so that their spread follows from their mean. */
const BINARY: readonly string[] = [
  "majority",
  "ground-truth",
  "fixed-teacher",
  "ema-teacher",
  "format",
  "random",
];

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);

/** The lines of a run, those of steps with `stepsDone`, `binaryReward`, `rewardSpread`, `lengthDeviation` and `zeroSignalShare` beside theirs. */
export function withDerived(
  { config }: Pick<CorpusRun, "config">,
  records: readonly MetricRecord[],
): MetricRecord[] {
  const binary = BINARY.includes(config.reward);
  const spreadOf = (reward: number) => Math.sqrt(Math.max(0, reward * (1 - reward)));
  const normal = records.filter(({ kind }) => kind === "step").slice(0, prefixOf(config.steps));
  const first = (name: string) =>
    normal.flatMap(({ metrics }) => (typeof metrics[name] === "number" ? [metrics[name]] : []));
  const spread = scaleOf(first("reward").map(spreadOf)).mean;
  const length = scaleOf(first("meanLength"));
  const seen = new Set(normal);
  return records.map((record) => {
    if (record.kind !== "step") return record;
    const { reward, meanLength, skippedGroups } = record.metrics;
    const [paid, tokens, skipped] = [number(reward), number(meanLength), number(skippedGroups)];
    const judged = !seen.has(record);
    return {
      ...record,
      metrics: {
        ...record.metrics,
        stepsDone: record.step,
        binaryReward: binary ? paid : null,
        rewardSpread: binary && judged && paid !== null && spread > 0 ? spreadOf(paid) / spread : null,
        lengthDeviation:
          judged && tokens !== null && varies(length) ? Math.abs(tokens - length.mean) / length.sd : null,
        zeroSignalShare: skipped === null ? null : skipped / config.promptsPerStep,
      },
    };
  });
}
