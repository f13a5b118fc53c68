/** What became of the probe's prompts before: votes of the earlier probes, from the files that the metrics speak of. */
import type { AnsweredGroup } from "../../core/monitor/group.js";
import { checkSamePrompt } from "../../data/same-prompt.js";
import { SelftrainError } from "../../errors.js";
import type { Prompt } from "../../group.js";
import { type ProbeVote, probeFile, readProbeVotes } from "../../run/probes.js";
import type { MetricRecord } from "../../run/run-directory.js";

/** A probe's prompts in their order: what was answered, and the majority of it. */
export interface ProbedGroup extends AnsweredGroup {
  readonly label: string | null;
}

/** One probe. */
export interface Probed {
  readonly step: number;
  readonly groups: readonly ProbedGroup[];
}

/** Rows of a probe as the groups that they are of, in order. */
export function probedGroups(rows: readonly ProbeVote[]): ProbedGroup[] {
  const groups: { promptId: string; label: string | null; answers: (string | null)[] }[] = [];
  for (const { group, promptId, answer, voteLabel } of rows) {
    if (group === groups.length) groups.push({ promptId, label: voteLabel, answers: [] });
    groups[group]!.answers.push(answer);
  }
  return groups;
}

/** Throws `probe-rows` where a file that somebody changed has not a vote of as many samples for each of so many prompts. */
export function checkWhole(rows: readonly ProbeVote[], prompts: number, where: string): void {
  const samples = rows.length / prompts;
  const misplaced = rows.findIndex(({ group }, i) => group !== Math.floor(i / samples));
  if (rows.length > 0 && Number.isInteger(samples) && misplaced < 0) return;
  throw new SelftrainError({
    code: "probe-rows",
    message: "The rows of a probe are not those that were written.",
    found:
      misplaced < 0
        ? `${rows.length} rows`
        : `${rows.length} rows, row ${misplaced + 1} of group ${rows[misplaced]!.group}`,
    expected: `as many rows for each of ${prompts} prompts, in order`,
    where,
    remedy: "Restore the file.",
  });
}

/** The probes of a run up to where it stands, each read once. */
export class ProbeHistory {
  readonly #run: string;
  readonly #prompts: readonly Prompt[];
  readonly #known = new Map<number, Probed>();

  constructor(run: string, prompts: readonly Prompt[]) {
    this.#run = run;
    this.#prompts = prompts;
  }

  /** The probes before a step that the records speak of. Throws as `readProbeVotes` does, `probe-rows`, and `prompt-changed`. */
  async before(step: number, records: readonly MetricRecord[]): Promise<Probed[]> {
    const earlier: Probed[] = [];
    for (const record of records) {
      if (record.kind !== "probe" || record.step >= step) continue;
      earlier.push(this.#known.get(record.step) ?? (await this.#read(record.step)));
    }
    return earlier;
  }

  add(step: number, rows: readonly ProbeVote[]): void {
    this.#known.set(step, { step, groups: probedGroups(rows) });
  }

  async #read(step: number): Promise<Probed> {
    const path = probeFile(this.#run, step);
    const rows = await readProbeVotes(path);
    checkWhole(rows, this.#prompts.length, path);
    for (const { group, promptId, prompt } of rows) {
      checkSamePrompt(
        { id: promptId, text: prompt },
        { id: promptId, text: this.#prompts[group]!.text },
        path,
      );
    }
    this.add(step, rows);
    return this.#known.get(step)!;
  }
}
