/** What is fixed before the first run: `fixed.json` in the folder of a study. It holds what decides the runs and the verdicts, and whence it is. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathsOf } from "../../config/overrides.js";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { readStored } from "../../io/fs/stored.js";
import { committedIn } from "../../run/environment.js";
import type { StudyPlan } from "./plan.js";

export interface Fixed {
  readonly study: string;
  readonly smoke: boolean;
  /** Of `content` as JSON with its keys in order. */
  readonly sha256: string;
  /** The commit that has the file as it was; null where it was not committed, or lay in no repository. */
  readonly commit: string | null;
  readonly content: Content;
}

type Content = Readonly<Record<string, unknown>>;

/** How the predictions stand to the runs. */
export interface Fixing {
  readonly sha256: string;
  readonly commit: string | null;
  /** Keys that the file has other values of than those fixed before the runs; empty where it is as it was. */
  readonly changed: readonly string[];
}

const pathOf = (folder: string): string => join(folder, "fixed.json");

/** Arms, seeds, measures and predictions; texts alone may be mended later. */
function contentOf({ study, smoke, seeds }: StudyPlan): Content {
  const { bases, arms, config, measures, predictions } = study;
  return plainOf({
    seeds,
    bases,
    arms,
    config,
    measures,
    predictions,
    ...(smoke ? { smoke: study.smoke } : {}),
  });
}

/** As JSON has it, keys in order at every depth: the same for any order in the file. */
function plainOf(value: unknown): Content {
  const sorted = (own: unknown): unknown => {
    if (Array.isArray(own)) return own.map(sorted);
    if (typeof own !== "object" || own === null) return own;
    return Object.fromEntries(
      Object.entries(own)
        .filter(([, inner]) => inner !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sorted(inner)]),
    );
  };
  return sorted(value) as Content;
}

const hashOf = (content: Content): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex");

function readFixed(folder: string): Fixed | null {
  const path = pathOf(folder);
  if (!fs.existsSync(path)) return null;
  const fixed = readStored(path, {
    code: "study-fixed-invalid",
    message: "What was fixed before the runs of this study cannot be read.",
    action: "read what a study fixed",
    remedy:
      "Restore the file. Without it nobody knows what was predicted; choose another output to begin anew.",
    read: (text) => JSON.parse(text) as Fixed,
  });
  if (typeof fixed?.content === "object" && hashOf(plainOf(fixed.content)) === fixed.sha256) return fixed;
  throw new SelftrainError({
    code: "study-fixed-invalid",
    message: "What was fixed before the runs of this study was changed since: its hash does not fit.",
    found: typeof fixed?.content === "object" ? hashOf(plainOf(fixed.content)) : "no content",
    expected: fixed?.sha256,
    where: path,
    remedy: "Restore the file, or choose another output to begin anew.",
  });
}

/** Values in lists count by place: a prediction that changed is named by its number. */
function leaves(content: Content): Map<string, string> {
  const listed = (value: unknown): unknown => {
    if (Array.isArray(value)) return Object.fromEntries(value.map((own, i) => [i, listed(own)]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, listed(own)]));
  };
  return new Map(pathsOf(listed(content) as object).map(([path, value]) => [path, JSON.stringify(value)]));
}

function changedKeys(before: Content, after: Content): string[] {
  const [was, is] = [leaves(before), leaves(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((key) => was.get(key) !== is.get(key));
}

/**
 * Fixes the file's content in the folder where nothing is fixed yet. Throws `study-changed` where another content is, `study-not-fixed` where
 * runs lie there of which nothing is, and `study-fixed-invalid`.
 */
export function fixPredictions(plan: StudyPlan): void {
  const { output, file, name, smoke } = plan;
  const fixed = readFixed(output);
  const content = contentOf(plan);
  if (fixed === null) {
    refuseUnfixed(plan);
    makeFolder(output);
    const own: Fixed = { study: name, smoke, sha256: hashOf(content), commit: committed(file), content };
    writeFileAtomic(pathOf(output), `${JSON.stringify(own, null, 1)}\n`);
    return;
  }
  if (fixed.sha256 === hashOf(content)) return;
  const keys = changedKeys(fixed.content, content);
  const [was, is] = [leaves(fixed.content), leaves(content)];
  const show = (values: ReadonlyMap<string, string>) =>
    Object.fromEntries(keys.slice(0, 8).map((key) => [key, values.get(key) ?? null]));
  throw new SelftrainError({
    code: "study-changed",
    message: `The file of the study was changed after its runs began: ${keys.slice(0, 4).join(", ")}${keys.length > 4 ? ` and ${keys.length - 4} more` : ""}.`,
    found: show(is),
    expected: show(was),
    where: file,
    remedy:
      "Undo the change, or choose another output. With --report the changed file judges the runs that are there, and the report says so.",
  });
}

/** The same without writing: what was fixed, and what of it the file has changed. Throws `study-not-fixed` and `study-fixed-invalid`. */
export function fixingOf(plan: StudyPlan): Fixing {
  const fixed = readFixed(plan.output);
  if (fixed === null) throw notFixed(plan);
  const { sha256, commit } = fixed;
  return { sha256, commit, changed: changedKeys(fixed.content, contentOf(plan)) };
}

function refuseUnfixed(plan: StudyPlan): void {
  if (fs.existsSync(join(plan.output, "jobs"))) throw notFixed(plan);
}

const notFixed = ({ output }: StudyPlan): SelftrainError =>
  new SelftrainError({
    code: "study-not-fixed",
    message: "There is nothing in this folder that says what was predicted before its runs.",
    found: fs.existsSync(output) ? "no fixed.json" : "no such folder",
    where: pathOf(output),
    remedy: "Restore the file, or choose another output: predictions made after the runs predict nothing.",
  });

const committed = (file: string): string | null => committedIn(dirname(file), basename(file));
