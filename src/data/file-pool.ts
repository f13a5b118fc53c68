/** A pool of prompts from a JSON Lines file. */
import type { PromptSourceConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { Prompt } from "../group.js";
import { Random } from "../random.js";
import { columnOf, type JsonlRow, readJsonl, textColumn } from "./jsonl.js";
import { canonicalPlainAnswer } from "./plain-answer.js";
import type { PoolSplit, PromptPool } from "./pool.js";
import { fileProportions, splitOf } from "./split.js";

interface LabelledPrompt extends Prompt {
  /** Canonical true answer; undefined where the row has none. */
  readonly answer: string | undefined;
}

/**
 * Rows of the file that are of the split, at most `size` of them, chosen at random and kept in the file's order.
 * Training of either kind takes all that is not held out. An answer may be null: that row has no label.
 * Throws `file-unreadable`, `jsonl-malformed`, `column-missing`, `column-not-text`, `answer-malformed` and
 * `prompts-empty`.
 */
export async function loadFilePool(
  file: string,
  columns: Pick<PromptSourceConfig, "promptColumn" | "answerColumn">,
  split: PoolSplit,
  size: number | undefined,
  seed: number,
): Promise<PromptPool> {
  const wanted = split === "pretrain" ? "train" : split;
  const candidates: LabelledPrompt[] = [];
  let rows = 0;
  for await (const row of readJsonl(file)) {
    rows++;
    // Rows of other splits are checked too: a bad row is found now and not by a later run.
    const text = textColumn(row, columns.promptColumn, file);
    const answer = columns.answerColumn === undefined ? undefined : labelOf(row, columns.answerColumn, file);
    if (wanted === "whole" || splitOf(text, fileProportions) === wanted) {
      candidates.push({ id: `line-${row.line}`, text, answer });
    }
  }
  if (candidates.length === 0) throw empty(file, rows, split);

  const chosen = choose(candidates, size ?? candidates.length, seed);
  return {
    prompts: chosen.map(({ id, text }) => ({ id, text })),
    labels: new Map(chosen.flatMap(({ id, answer }) => (answer === undefined ? [] : [[id, answer]]))),
    canonicalise: canonicalPlainAnswer,
    description: `${chosen.length} of the ${rows} prompts of ${file}, ${split === "whole" ? "not split" : `${split} split`}, seed ${seed}`,
  };
}

/** A random subset, in order. */
function choose<T>(items: readonly T[], size: number, seed: number): readonly T[] {
  if (size >= items.length) return items;
  const order = new Random(seed).shuffle(items.map((_, i) => i));
  return order
    .slice(0, size)
    .sort((a, b) => a - b)
    .map((i) => items[i] as T);
}

function labelOf(row: JsonlRow, column: string, file: string): string | undefined {
  const value = columnOf(row, column, file);
  if (value === null) return undefined;
  const label =
    typeof value === "string" || typeof value === "number" ? canonicalPlainAnswer(String(value)) : null;
  if (label !== null) return label;
  throw new SelftrainError({
    code: "answer-malformed",
    message: `The answer column "${column}" holds no answer.`,
    found: value,
    expected: "text that is not blank, a number, or null for a prompt without a label",
    where: `${file}:${row.line}`,
    remedy: "Fill the column, or write null.",
  });
}

function empty(file: string, rows: number, split: PoolSplit): SelftrainError {
  return new SelftrainError({
    code: "prompts-empty",
    message:
      rows === 0
        ? `${file} has no rows.`
        : `None of the ${rows} prompts of ${file} is of the ${split} split.`,
    found: rows,
    expected: "at least one prompt",
    where: file,
    remedy:
      rows === 0
        ? "Add prompts, one JSON object a line."
        : "Add prompts, or give held-out prompts in a file of their own.",
  });
}
