/** The files of one kind, a step each: which there are, and which are missing or cut short. Each is looked at once, as whole ones stay whole. */
import fs from "node:fs";
import { isWhole, stepList, stepsWithRollouts } from "../gaps.js";
import { listRollouts } from "../rollouts.js";
import type { MetricRecord } from "../run-directory.js";
import type { RunKind } from "../run-info.js";
import type { StoreProblem } from "./problems.js";

export interface StepFile {
  readonly step: number;
  readonly path: string;
}

export class StepFiles {
  readonly #part: "rollouts" | "probe";
  readonly #folder: () => string;
  readonly #whole = new Set<number>();
  #listed: { readonly looks: string; readonly files: readonly StepFile[] } | null = null;

  /** `folder` gives the folder, or throws where it must not be read. */
  constructor(part: "rollouts" | "probe", folder: () => string) {
    this.#part = part;
    this.#folder = folder;
  }

  /** In step order. A folder of ten thousand files is listed again only where it looks different. */
  list(): readonly StepFile[] {
    const folder = this.#folder();
    const looks = looksOf(folder);
    if (this.#listed !== null && this.#listed.looks === looks) return this.#listed.files;
    const files = listRollouts(folder);
    this.#listed = looks === null ? null : { looks, files };
    return files;
  }

  steps(): number[] {
    return this.list().map(({ step }) => step);
  }

  /** Files that are cut short, and steps that the records speak of without one. */
  problems(kind: RunKind | null, records: readonly MetricRecord[]): StoreProblem[] {
    const files = new Map(this.list().map(({ step, path }) => [step, path]));
    const missing = this.#expected(kind, records).filter((step) => !files.has(step));
    const cut = [...files].flatMap(([step, path]) => (this.#isWhole(step, path) ? [] : [step]));
    const named = (steps: readonly number[], why: string): StoreProblem[] =>
      steps.length === 0
        ? []
        : [
            {
              part: this.#part,
              steps,
              why: `of ${stepList(steps)} ${steps.length === 1 ? "is" : "are"} ${why}`,
            },
          ];
    return [...named(missing, "missing"), ...named(cut, "cut short")];
  }

  #expected(kind: RunKind | null, records: readonly MetricRecord[]): number[] {
    if (this.#part === "probe") return records.flatMap((own) => (own.kind === "probe" ? [own.step] : []));
    const last = records.reduce((most, { step }) => Math.max(most, step), 0);
    return kind === null ? [] : stepsWithRollouts(kind, records, last);
  }

  #isWhole(step: number, path: string): boolean {
    if (this.#whole.has(step)) return true;
    if (!isWhole(path)) return false;
    this.#whole.add(step);
    return true;
  }
}

/** Times of a folder have grains: within one of them files come that its looks do not tell apart. */
const SETTLED_MILLISECONDS = 2000;

/** Differs where files came or went; null while nobody can tell. */
function looksOf(folder: string): string | null {
  const stats = fs.statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || Date.now() - stats.mtimeMs < SETTLED_MILLISECONDS) return null;
  return `${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs}`;
}
