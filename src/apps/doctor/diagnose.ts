/** `selftrain doctor`: goes through a dataset once, as training would read it, and collects what training would stop at. */
import type { DoctorConfig } from "../../config/doctor-config.js";
import { labelOf } from "../../data/answer-column.js";
import { noPrompts } from "../../data/file-pool.js";
import { promptOf, type RowPrompt, splitKey } from "../../data/prompt-column.js";
import { fileProportions, splitOf } from "../../data/split.js";
import { dataFiles } from "../../data/table/files.js";
import { scanTable } from "../../data/table/read.js";
import type { TableRow } from "../../data/table/row.js";
import { SelftrainError } from "../../errors.js";
import { hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import { Columns } from "./columns.js";
import type { Diagnosis } from "./diagnosis.js";
import { Findings } from "./findings.js";
import { Lengths } from "./lengths.js";
import { openModel, type PatientModel } from "./model.js";
import { Repeats } from "./repeats.js";
import { promptWarnings, warnings } from "./warnings.js";

/** A prompt this many times as long as the median is an outlier, if it has more characters than a page. */
const OUTLIER = { times: 10, characters: 2000 };

/** Throws where there is no dataset, and `config-missing-key` where none is named; what is wrong with it, or with the model, is among the findings. */
export async function diagnose(config: DoctorConfig, options: ResolveOptions = {}): Promise<Diagnosis> {
  const { data } = config;
  if (data === undefined) throw noData();
  const files = await dataFiles(data, hubOptions(options));
  const examination = new Examination({ ...config, data });
  await examination.meetModel(options);
  for await (const read of scanTable(files)) {
    if (read instanceof SelftrainError) examination.findings.error(read);
    else examination.row(read);
  }
  return {
    data,
    files: files.map(({ path }) => path),
    format: files[0]!.format,
    ...examination.end(),
  };
}

const noData = () =>
  new SelftrainError({
    code: "config-missing-key",
    message: "no data given",
    expected: "a dataset, or a device",
    where: "data",
    remedy:
      "name a file, a folder or a data set of the hub; or give --device gpu to examine the graphics device",
  });

type DatasetConfig = DoctorConfig & { readonly data: string };

/** What is known so far. Memory does not grow with the dataset but for the hashes of its prompts. */
class Examination {
  readonly findings = new Findings();
  readonly #columns = new Columns();
  readonly #repeats = new Repeats();
  readonly #characters = new Lengths();
  readonly #tokens = new Lengths();
  readonly #counts = { rows: 0, prompts: 0, conversations: 0, answered: 0, heldOut: 0, given: 0, parsed: 0 };
  #model: PatientModel | null = null;

  constructor(readonly config: DatasetConfig) {}

  async meetModel(options: ResolveOptions): Promise<void> {
    const { model } = this.config;
    if (model === undefined) return;
    try {
      this.#model = await openModel({ ...this.config, model }, options);
    } catch (error) {
      this.#note(error, model);
    }
  }

  row(row: TableRow): void {
    const { promptColumn, answerColumn } = this.config;
    this.#counts.rows++;
    this.#columns.add(row);
    const label = answerColumn === undefined ? undefined : this.#answer(row, answerColumn);
    const prompt = this.#attempt(row, () => promptOf(row, promptColumn));
    if (prompt === undefined) return;
    this.#prompt(row, prompt);
    const answer = answerColumn === undefined ? undefined : row.cells[answerColumn];
    for (const [kind, what] of promptWarnings(
      prompt,
      answer === undefined ? undefined : String(answer),
      label,
    ))
      this.findings.warn(kind, row.where, what);
  }

  #answer(row: TableRow, column: string): string | undefined {
    const label = this.#attempt(row, () => labelOf(row, column));
    if ((row.cells[column] ?? null) !== null) this.#counts.given++;
    if (label !== undefined) this.#counts.parsed++;
    return label;
  }

  #prompt({ where }: TableRow, { text, messages, answered }: RowPrompt): void {
    const prompt = { id: where, text, ...(messages === undefined ? {} : { messages }) };
    const key = splitKey(prompt);
    this.#counts.prompts++;
    if (messages !== undefined) this.#counts.conversations++;
    if (answered) this.#counts.answered++;
    if (splitOf(key, fileProportions) === "test") this.#counts.heldOut++;
    this.#characters.add(key.length, where);
    const repeat = this.#repeats.find(key, where);
    if (repeat?.kind === "exact")
      this.findings.warn(warnings.repeated, where, `is the same as ${repeat.first}`);
    if (repeat?.kind === "loose")
      this.findings.warn(warnings.alike, where, `differs from ${repeat.first} in blanks and capitals alone`);
    const model = this.#model;
    if (model === null) return;
    this.#attempt({ where }, () => {
      const tokens = model.tokens(prompt);
      this.#tokens.add(tokens, where);
      model.checkLength(tokens, where);
    });
  }

  end(): Omit<Diagnosis, "data" | "files" | "format"> {
    const { data, promptColumn: column, answerColumn, maxNewTokens, evaluation, model: name } = this.config;
    const { rows, prompts, conversations, answered, heldOut, given, parsed } = this.#counts;
    const characters = this.#characters.summary();
    this.#findOutliers(characters?.median ?? 0);
    const withoutEvaluation = evaluation.size === 0;
    if (rows === 0 && this.findings.list().length === 0) this.findings.error(noPrompts(data, 0, "whole"));
    if (prompts > 0 && !withoutEvaluation) this.#findSplits(prompts, heldOut);
    const model = this.#model;
    const findings = this.findings.list();
    return {
      rows,
      columns: this.#columns.summaries(),
      prompts: {
        column,
        count: prompts,
        conversations,
        answered,
        characters,
        tokens: this.#tokens.summary(),
        tooLong: model && this.#tokens.countAbove(model.contextLength - maxNewTokens),
        training: withoutEvaluation ? prompts : prompts - heldOut,
        heldOut: withoutEvaluation ? 0 : heldOut,
      },
      answers: answerColumn === undefined ? null : { column: answerColumn, given, parsed },
      model: model && {
        name: name!,
        contextLength: model.contextLength,
        maxNewTokens,
        hasChatTemplate: model.hasChatTemplate,
      },
      findings,
      fit: findings.every(({ stops }) => !stops),
    };
  }

  #findOutliers(median: number): void {
    const limit = Math.max(OUTLIER.times * median, OUTLIER.characters);
    const above = this.#characters.countAbove(limit);
    const shown = this.#characters.longest.filter(({ length }) => length > limit);
    for (const [i, { length, where }] of shown.entries()) {
      const unseen = i === 0 ? above - shown.length : 0;
      this.findings.warn(
        warnings.long,
        where,
        `has ${length} characters; the median is ${median}`,
        1 + unseen,
      );
    }
  }

  #findSplits(prompts: number, heldOut: number): void {
    const { data, evaluation } = this.config;
    if (heldOut === 0) this.findings.error(noPrompts(data, prompts, "test"));
    else if (heldOut === prompts) this.findings.error(noPrompts(data, prompts, "train"));
    else if (heldOut < evaluation.size)
      this.findings.warn(
        warnings.fewHeldOut,
        data,
        `held out for evaluation: ${heldOut} of the ${evaluation.size} prompts asked for`,
      );
  }

  /** The result, or undefined where a run would have stopped. */
  #attempt<T>({ where }: Pick<TableRow, "where">, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#note(error, where);
      return undefined;
    }
  }

  #note(error: unknown, where: string): void {
    if (!(error instanceof SelftrainError)) throw error;
    this.findings.error(error, where);
  }
}
