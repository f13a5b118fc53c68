/** One run that is looked at: its store, and what was read or worked out of it, a bounded part of which is kept. */
import type { HiddenLabels } from "../../../group.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import { openRunStore, type RunStore } from "../../../run/store/open-store.js";
import { probeAnswersOf, type TrueAnswers, trueAnswersOf } from "../../../training/start/true-answers.js";
import type { AuditedPhases } from "../../audit/analysis/phases.js";
import type { RunId, Source } from "../api/routes.js";
import { Kept } from "./kept.js";

/** Steps whose votes are kept in memory, some kilobytes each. */
const VOTES_KEPT = 2000;
/** Steps whose rows are kept, a megabyte each: the one that is read, and its neighbours. */
const ROWS_KEPT = 3;

export class OpenRun {
  readonly id: RunId;
  readonly path: string;
  readonly store: RunStore;
  /** By source and step. */
  readonly votes = new Kept<unknown>(VOTES_KEPT);
  readonly rows = new Kept<unknown>(ROWS_KEPT);
  readonly #truths: Partial<Record<Source, Promise<TrueAnswers>>> = {};
  #phases: { readonly steps: number; readonly phases: Promise<AuditedPhases> } | null = null;
  #generation = 0;

  constructor(id: RunId, path: string) {
    this.id = id;
    this.path = path;
    this.store = openRunStore(path);
  }

  /** Records that it holds in memory. */
  get size(): number {
    return this.store.ends.length;
  }

  /** All records by now. Where lines were replaced, what was kept of the steps is forgotten. */
  records(): readonly MetricRecord[] {
    const records = this.store.records();
    if (this.store.generation !== this.#generation) {
      this.#generation = this.store.generation;
      this.votes.clear();
      this.rows.clear();
      this.#phases = null;
    }
    return records;
  }

  /** Phases over so many steps; told again once a twentieth more are there. */
  phases(steps: number, tell: () => Promise<AuditedPhases>): Promise<AuditedPhases> {
    const known = this.#phases;
    if (known !== null && known.steps <= steps && steps < known.steps * 1.05) return known.phases;
    const phases = tell();
    this.#phases = { steps, phases };
    phases.catch(() => {
      this.#phases = null;
    });
    return phases;
  }

  /** True answers as the run's prompts are on this machine, read once. Nothing is downloaded. */
  truths(source: Source): Promise<TrueAnswers> {
    this.#truths[source] ??= source === "probe" ? probeAnswersOf(this.path) : trueAnswersOf(this.path);
    return this.#truths[source];
  }
}

/** The true answers of a source, and why there are none. */
export async function labelsOf(
  run: OpenRun,
  source: Source,
): Promise<{ readonly labels: HiddenLabels; readonly missing: string | null }> {
  const kind = run.store.info?.kind;
  if (kind !== "train" && kind !== "finetune")
    return { labels: new Map(), missing: "what kind of run it is says nothing of true answers" };
  const { labels, missing } = await run.truths(source);
  return { labels, missing: missing ?? (labels.size === 0 ? "the prompts have no true answers" : null) };
}
