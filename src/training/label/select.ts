/** `selftrain select`: the easy share of labelled prompts, or those in a band (SRT, arXiv 2505.21444, section 5). */
import type { SelectConfig, SelectionScore } from "../../config/select-config.js";
import { easiest } from "../../core/curriculum/easiest.js";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { requireNew } from "../../io/fs/new-file.js";
import { labelsFile } from "./folder.js";
import { readLabels } from "./read-labels.js";
import type { LabelRow } from "./rows.js";

export interface SelectSummary {
  readonly output: string;
  readonly selected: number;
  readonly prompts: number;
  readonly by: SelectionScore;
  /** Least and greatest value of what was taken. */
  readonly least: number;
  readonly most: number;
}

const values: Readonly<Record<SelectionScore, (row: LabelRow) => number | null>> = {
  agreement: ({ agreement }) => agreement,
  margin: ({ margin }) => margin,
  "pass-rate": ({ passRate }) => passRate,
  entropy: ({ entropy }) => entropy,
};

/**
 * Rows to take, in their order. Equal values are decided by it. Entropy is that of the answers that were given, 0 where nobody gave one: by
 * entropy a prompt without a label comes after all others, and is above every `max`. Throws `select-no-pass-rate` and `select-empty`.
 */
export function selectRows(
  rows: readonly LabelRow[],
  { by, fraction, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: SelectConfig,
  where: string,
): LabelRow[] {
  const known = rows.map(values[by]);
  const missing = known.filter((value) => value === null).length;
  if (missing > 0) {
    throw new SelftrainError({
      code: "select-no-pass-rate",
      message: `${missing} of the ${rows.length} prompts have no pass rate, because their true answers are not known.`,
      expected: "a value in every row",
      where: `${where}, column passRate`,
      remedy: "Choose by agreement, which needs no label, or label prompts with answers.",
    });
  }
  const scores =
    by === "entropy"
      ? rows.map(({ label, entropy }) => (label === null ? Number.POSITIVE_INFINITY : entropy))
      : (known as number[]);
  const finite = scores.filter(Number.isFinite);
  const taken =
    fraction === undefined
      ? scores.flatMap((value, i) => (value >= min && value <= max ? [i] : []))
      : rows.length === 0
        ? []
        : easiest(by === "entropy" ? scores.map((value) => -value) : scores, fraction);
  if (taken.length > 0) return taken.map((i) => rows[i]!);
  throw new SelftrainError({
    code: "select-empty",
    message: `None of the ${rows.length} prompts is between ${min} and ${max} by ${by}.`,
    found:
      finite.length === 0
        ? `no prompts${rows.length === 0 ? "" : " with a label"}`
        : `values from ${finite.reduce((a, b) => Math.min(a, b))} to ${finite.reduce((a, b) => Math.max(a, b))}`,
    expected: "at least one prompt",
    where,
    remedy: "Widen the band.",
  });
}

/** Writes `{promptId, prompt}` a line. Throws `output-exists`, and as `readLabels` and `selectRows`. */
export async function selectPrompts(config: SelectConfig): Promise<SelectSummary> {
  const { labels, output, by } = config;
  requireNew(output);
  const rows = await readLabels(labels);
  const taken = selectRows(rows, config, labelsFile(labels));
  const lines = taken.map(({ promptId, prompt }) => `${JSON.stringify({ promptId, prompt })}\n`);
  writeFileAtomic(output, lines.join(""));
  const own = taken.map((row) => values[by](row)!);
  return {
    output,
    selected: taken.length,
    prompts: rows.length,
    by,
    least: own.reduce((a, b) => Math.min(a, b)),
    most: own.reduce((a, b) => Math.max(a, b)),
  };
}
