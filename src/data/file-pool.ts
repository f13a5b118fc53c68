/** A pool of prompts from a dataset: a file, or several. */
import { type AnswersConfig, answersSchema } from "../config/answers-config.js";
import type { PromptSourceConfig } from "../config/train-config.js";
import { SelftrainError } from "../errors.js";
import type { Prompt } from "../group.js";
import type { HubOptions } from "../io/hub/options.js";
import { labelOf } from "./answer-column.js";
import type { PoolSplit, PromptPool } from "./pool.js";
import { promptOf, splitKey } from "./prompt-column.js";
import { readingOfSource } from "./reading.js";
import { Reservoir } from "./reservoir.js";
import { fileProportions, splitOf } from "./split.js";
import { type DataFile, dataFiles } from "./table/files.js";
import { readTable } from "./table/read.js";
import type { TableRow } from "./table/row.js";

interface LabelledPrompt {
  readonly prompt: Prompt;
  /** Canonical true answer; undefined where the row has none. */
  readonly answer: string | undefined;
  /** `file:line`. */
  readonly where: string;
}

/**
 * Rows of the dataset that are of the split, at most `size` of them, chosen at random and kept in the files' order.
 * Training of either kind takes all that is not held out. An answer may be null: that row has no label.
 * Throws as `dataFiles`, `readTable`, `promptOf` and `labelOf` do, and `prompts-empty`.
 */
export async function loadFilePool(
  source: string,
  { promptColumn, answerColumn }: Pick<PromptSourceConfig, "promptColumn" | "answerColumn">,
  split: PoolSplit,
  size: number | undefined,
  seed: number,
  hub: HubOptions = {},
  answers: AnswersConfig = answersSchema.parse(undefined),
): Promise<PromptPool> {
  const read = readingOfSource({}, answers);
  const wanted = split === "pretrain" ? "train" : split;
  const files = await dataFiles(source, hub);
  const chosen = new Reservoir<LabelledPrompt>(size, seed);
  let rows = 0;
  for await (const row of readTable(
    files,
    answerColumn === undefined ? [promptColumn] : [promptColumn, answerColumn],
  )) {
    rows++;
    // Rows of other splits are checked too: a bad row is found now and not by a later run.
    const { text, messages } = promptOf(row, promptColumn);
    const answer = answerColumn === undefined ? undefined : labelOf(row, answerColumn, read.canonicalise);
    const prompt = { id: rowId(row, files), text, ...(messages === undefined ? {} : { messages }) };
    if (wanted === "whole" || splitOf(splitKey(prompt), fileProportions) === wanted)
      chosen.add({ prompt, answer, where: row.where });
  }
  const kept = chosen.items();
  if (kept.length === 0) throw noPrompts(source, rows, split);
  return {
    prompts: kept.map(({ prompt }) => prompt),
    labels: new Map(
      kept.flatMap(({ prompt, answer }) => (answer === undefined ? [] : [[prompt.id, answer]])),
    ),
    places: new Map(kept.map(({ prompt, where }) => [prompt.id, where])),
    ...read,
    description: `${kept.length} of the ${rows} prompts of ${source}, ${split === "whole" ? "not split" : `${split} split`}, seed ${seed}`,
  };
}

/** A row has the same id whatever the format of its file. */
const rowId = ({ file, number }: TableRow, files: readonly DataFile[]): string =>
  files.length === 1 ? `row-${number}` : `${file.name}:${number}`;

/** The error of a pool without prompts, of a dataset of so many rows. */
export function noPrompts(source: string, rows: number, split: PoolSplit): SelftrainError {
  return new SelftrainError({
    code: "prompts-empty",
    message:
      rows === 0
        ? `${source} has no rows.`
        : `None of the ${rows} prompts of ${source} is of the ${split} split.`,
    found: rows,
    expected: "at least one prompt",
    where: source,
    remedy:
      rows === 0
        ? "Add rows with prompts."
        : split === "test"
          ? "Name held-out prompts of their own (evaluation.prompts), add prompts (a tenth is held out), or train without evaluation (evaluation.size 0)."
          : "Add prompts.",
  });
}
