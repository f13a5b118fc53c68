/**
 * A run directory, read: whatever shows a run opens it here. What is damaged, half written or missing is named by `problems`, and the rest is
 * read all the same. Every file is opened by its step's number; nothing is searched, and nothing is written but the derived `cache/`.
 */
import fs from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { asItWas } from "../../earlier-config.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import { decodeUtf8 } from "../../utf8.js";
import { type Checkpoint, listCheckpoints } from "../checkpoints.js";
import { probeFile, readProbe } from "../probes.js";
import { readRollouts } from "../rollouts.js";
import type { MetricRecord, ProbeRow, RolloutRow, TokenRow } from "../run-directory.js";
import { isRun, type RunInfo, readRunInfo } from "../run-info.js";
import { stepName } from "../step-name.js";
import { listTokens, readTokens, tokensFile } from "../tokens.js";
import { type RunEvent, readEvents } from "./events.js";
import { groupsFile, listGroups, readGroups } from "./group-files.js";
import { type GroupVote, groupVotes } from "./group-vote.js";
import { checkInside } from "./inside.js";
import { type DamagedLine, MetricsFollower, type MetricsNews } from "./metrics-follower.js";
import type { StoreProblem } from "./problems.js";
import { type RunStanding, standingOf } from "./standing.js";
import { type StepFile, StepFiles } from "./step-files.js";

export interface StoreOptions {
  /** True answers by prompt id, for groups of runs that did not write them. */
  readonly truths?: HiddenLabels;
}

/** Opens a run for reading. Throws `run-missing` where the folder has nothing of a run; a damaged one is opened, and says so. */
export function openRunStore(run: string, options: StoreOptions = {}): RunStore {
  const path = resolve(run);
  if (!isRun(path) && !["metrics.jsonl", "rollouts"].some((name) => fs.existsSync(join(path, name))))
    readRunInfo(path);
  return new RunStore(path, options);
}

export class RunStore {
  /** The run directory, absolute. */
  readonly path: string;
  readonly #truths: HiddenLabels | undefined;
  readonly #metrics: MetricsFollower;
  readonly #records: MetricRecord[] = [];
  readonly #ends: number[] = [];
  #generation = 0;
  readonly #rollouts: StepFiles;
  readonly #probes: StepFiles;
  /** Groups files found damaged, by step. */
  readonly #damagedGroups = new Map<number, StoreProblem>();

  /** Use `openRunStore`. */
  constructor(path: string, { truths }: StoreOptions) {
    this.path = path;
    this.#truths = truths;
    this.#metrics = new MetricsFollower(this.#inside("metrics.jsonl"));
    this.#rollouts = new StepFiles("rollouts", () => this.#inside("rollouts"));
    this.#probes = new StepFiles("probe", () => this.#inside("probe"));
  }

  /** `run.json`; null where it is gone or damaged. Read anew each time, as the status changes. */
  get info(): RunInfo | null {
    return orNull(() => readRunInfo(this.path));
  }

  /** How the run stands, a process that was killed included. */
  get standing(): RunStanding {
    return standingOf(this.path, this.info);
  }

  /** The configuration as resolved, in the keys of today; null where it is gone or damaged. */
  get config(): Readonly<Record<string, unknown>> | null {
    const path = join(this.path, "config.yaml");
    return orNull(() => {
      const value = asItWas(parse(decodeUtf8(fs.readFileSync(path), path)));
      return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
    });
  }

  /** Byte of `metrics.jsonl` that has been read up to. */
  get offset(): number {
    return this.#metrics.offset;
  }

  /** Reads what was added to the metrics. `anew` where lines were replaced: `records` are then all of them. */
  follow(): MetricsNews {
    const news = this.#metrics.read();
    if (news.anew) {
      this.#generation++;
      this.#records.length = 0;
      this.#ends.length = 0;
    }
    for (const record of news.records) this.#records.push(record);
    for (const end of news.ends) this.#ends.push(end);
    return news;
  }

  /** How often lines were replaced: what was worked out of an earlier generation is of a run that was given up. */
  get generation(): number {
    return this.#generation;
  }

  /** The byte after the line of each of `records()`, as they were last read. */
  get ends(): readonly number[] {
    return this.#ends;
  }

  /** Lines of the metrics that are no records, as they were last read. */
  get damagedLines(): readonly DamagedLine[] {
    return this.#metrics.damaged;
  }

  /** All records of metrics there are by now, in file order; damaged lines are left out. */
  records(): readonly MetricRecord[] {
    this.follow();
    return this.#records;
  }

  /** Those of evaluations and validations. */
  evals(): MetricRecord[] {
    return this.records().filter(({ kind }) => kind === "eval" || kind === "validation");
  }

  /** Steps that have rollouts, ascending. */
  rolloutSteps(): number[] {
    return this.#rollouts.steps();
  }

  /** Steps that were probed, ascending. */
  probeSteps(): number[] {
    return this.#probes.steps();
  }

  /** The files of a kind with their steps, in step order. */
  files(part: "rollouts" | "probe"): readonly StepFile[] {
    return part === "probe" ? this.#probes.list() : this.#rollouts.list();
  }

  /** The rollouts file of a step, whether it is there or not. */
  rolloutsFile(step: number): string {
    return join(this.path, "rollouts", `${stepName(step)}.parquet`);
  }

  /** Steps that have groups, or rollouts to make them of, ascending. */
  groupSteps(): number[] {
    return [...new Set([...this.rolloutSteps(), ...listGroups(this.path)])].sort((a, b) => a - b);
  }

  checkpoints(): Checkpoint[] {
    return listCheckpoints(this.path);
  }

  /** The rollouts of a step. Throws `store-no-step` where it has none, `rollouts-corrupt`, and `store-outside`. */
  async rollouts(step: number): Promise<RolloutRow[]> {
    const path = this.rolloutsFile(step);
    checkInside(this.path, path);
    if (!fs.existsSync(path)) throw this.#noStep("rollouts", step);
    return readRollouts(path);
  }

  /** The samples of a probe. Throws `store-no-step`, as `readProbe` does, and `store-outside`. */
  async probe(step: number): Promise<ProbeRow[]> {
    const path = probeFile(this.path, step);
    checkInside(this.path, path);
    if (!fs.existsSync(path)) throw this.#noStep("probe", step);
    return readProbe(path);
  }

  /** Steps that have tokens, ascending: those that the run was asked to keep. */
  tokenSteps(): number[] {
    checkInside(this.path, join(this.path, "tokens"));
    return listTokens(this.path).map(({ step }) => step);
  }

  /** The tokens of a step's rollouts with logprobs and entropies; null where the run did not keep them. Throws as `readTokens` does. */
  async tokens(step: number): Promise<TokenRow[] | null> {
    const path = tokensFile(this.path, step);
    checkInside(this.path, path);
    return fs.existsSync(path) ? readTokens(path) : null;
  }

  /** The groups of a step: as they were written or, where they were not or are damaged, of its rollouts. Throws as `rollouts` does. */
  async groups(step: number): Promise<GroupVote[]> {
    const path = groupsFile(this.path, step);
    checkInside(this.path, path);
    if (fs.existsSync(path)) {
      try {
        return this.#withTruths(readGroups(path));
      } catch (error) {
        if (!(error instanceof SelftrainError)) throw error;
        const { found, remedy } = error;
        const part = `groups/${stepName(step)}.jsonl`;
        this.#damagedGroups.set(step, { part, why: "is damaged", found: String(found), remedy });
      }
    }
    return groupVotes(await this.rollouts(step), this.#truths);
  }

  /** Processes, alarms, the run's end. */
  events(): RunEvent[] {
    return readEvents(this.path, this.info, []);
  }

  /** Everything that is damaged, half written or missing, as far as has been written; empty where the run is whole. */
  problems(): StoreProblem[] {
    const found: StoreProblem[] = [];
    const records = this.records();
    const info = problemOf("run.json", () => readRunInfo(this.path), found);
    if (this.config === null) found.push({ part: "config.yaml", why: "is missing or damaged" });
    if (!fs.existsSync(this.#metrics.path)) found.push({ part: "metrics.jsonl", why: "is missing" });
    for (const { line, found: text } of this.#metrics.damaged)
      found.push({ part: `metrics.jsonl, line ${line}`, why: "is no record", found: text });
    const kind = info?.kind ?? null;
    found.push(...this.#rollouts.problems(kind, records), ...this.#probes.problems(kind, records));
    found.push(...this.#damagedGroups.values());
    readEvents(this.path, info, found);
    return found;
  }

  #withTruths(groups: GroupVote[]): GroupVote[] {
    if (this.#truths === undefined) return groups;
    return groups.map((own) => ({ ...own, truth: own.truth ?? this.#truths?.get(own.promptId) ?? null }));
  }

  #inside(name: string): string {
    const path = join(this.path, name);
    checkInside(this.path, path);
    return path;
  }

  #noStep(part: "rollouts" | "probe", step: number): SelftrainError {
    const steps = part === "rollouts" ? this.rolloutSteps() : this.probeSteps();
    return new SelftrainError({
      code: "store-no-step",
      message: `The run has no ${part === "probe" ? "probe" : "rollouts"} of step ${step}.`,
      found: steps.length === 0 ? "none" : `${steps.length} steps, from ${steps[0]} to ${steps.at(-1)}`,
      where: join(this.path, part),
      remedy: steps.length === 0 ? "Let the run get to one." : "Name a step that it has.",
    });
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function problemOf<T>(part: string, read: () => T, problems: StoreProblem[]): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    const { message, found, remedy } = error;
    problems.push({ part, why: `cannot be read: ${message}`, found: String(found ?? ""), remedy });
    return null;
  }
}
