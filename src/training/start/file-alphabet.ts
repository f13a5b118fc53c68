/** The characters of a dataset, for a model that begins with an alphabet of its own. */
import type { PretrainConfig } from "../../config/train-config.js";
import { type DataFile, dataFiles } from "../../data/table/files.js";
import { textOf } from "../../data/table/lines.js";
import { readTable } from "../../data/table/read.js";
import type { HubOptions } from "../../io/hub/options.js";
import { alphabetOf } from "../../model/tokenizer/character-tokenizer.js";

/**
 * All characters of files of text, their keys and quotes among them, and those of the two columns where the files are
 * Parquet. Throws as `dataFiles` and reading do.
 */
export async function fileAlphabet(
  source: string,
  { prompts, completionColumn }: Pick<PretrainConfig, "prompts" | "completionColumn">,
  hub: HubOptions,
): Promise<string> {
  const characters = new Set<string>();
  const columns = [prompts.promptColumn, completionColumn];
  for (const file of await dataFiles(source, hub)) {
    const texts = file.format === "Parquet" ? cellsOf(file, columns) : textOf(file.path);
    for await (const text of texts) for (const character of text) characters.add(character);
  }
  return alphabetOf([...characters].join(""));
}

async function* cellsOf(file: DataFile, columns: readonly string[]): AsyncGenerator<string, void> {
  for await (const { cells } of readTable([file], columns))
    for (const column of columns) if (typeof cells[column] === "string") yield cells[column];
}
