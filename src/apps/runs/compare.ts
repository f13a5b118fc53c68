/** Runs side by side: first the settings that differ, then what came of them. Reads the run directories alone. */
import { basename } from "node:path";
import { differingSettings } from "../../run/run-config.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { openRunStore, type RunStore } from "../../run/store/open-store.js";
import type { RunStanding } from "../../run/store/standing.js";

/** A value of each run; null where it has none. */
export interface ComparedRow {
  readonly name: string;
  readonly values: readonly (string | number | null)[];
}

export interface Comparison {
  readonly runs: readonly { readonly path: string; readonly name: string; readonly standing: RunStanding }[];
  /** Settings that are not the same in all runs, by dotted path; a list or a text as JSON has it. */
  readonly config: readonly ComparedRow[];
  readonly figures: readonly ComparedRow[];
  /** Runs without a readable configuration, whose settings are not known. */
  readonly unknown: readonly string[];
}

/** Throws as `openRunStore` does. */
export function compareRuns(paths: readonly string[]): Comparison {
  const stores = paths.map((path) => openRunStore(path));
  return {
    runs: stores.map(({ path, standing }) => ({ path, name: basename(path), standing })),
    config: differingSettings(stores.map(({ config }) => config)).map(({ key, values }) => ({
      name: key,
      values: values.map((value) => (value === undefined ? null : shownValue(value))),
    })),
    figures: FIGURES.map(([name, figure]) => ({ name, values: stores.map(figure) })).filter(({ values }) =>
      values.some((value) => value !== null),
    ),
    unknown: stores.flatMap(({ config }, i) => (config === null ? [paths[i]!] : [])),
  };
}

const shownValue = (value: unknown): string | number =>
  typeof value === "number" ? value : typeof value === "string" ? value : JSON.stringify(value);

type Figure = readonly [name: string, of: (store: RunStore) => string | number | null];

const numberOf = (record: MetricRecord | undefined, metric: string): number | null => {
  const value = record?.metrics[metric];
  return typeof value === "number" ? value : null;
};

const ofKind = (store: RunStore, kind: MetricRecord["kind"]) =>
  store.records().filter((own) => own.kind === kind);

const best = (store: RunStore): MetricRecord | undefined =>
  ofKind(store, "eval")
    .filter((record) => numberOf(record, "mean") !== null)
    .reduce<MetricRecord | undefined>(
      (most, own) => (most === undefined || numberOf(own, "mean")! > numberOf(most, "mean")! ? own : most),
      undefined,
    );

const evaluated = (
  name: string,
  pick: (all: MetricRecord[]) => MetricRecord | undefined,
  metric: string,
): Figure => [name, (store) => numberOf(pick(ofKind(store, "eval")), metric)];

const lastStep = (metric: string): Figure => [
  `${metric}, last step`,
  (store) => numberOf(ofKind(store, "step").at(-1), metric),
];

const FIGURES: readonly Figure[] = [
  ["standing", (store) => store.standing],
  ["steps", (store) => ofKind(store, "step").at(-1)?.step ?? 0],
  evaluated("mean, first", (all) => all[0], "mean"),
  evaluated("mean, last", (all) => all.at(-1), "mean"),
  ["mean, best", (store) => numberOf(best(store), "mean")],
  ["mean, best at step", (store) => best(store)?.step ?? null],
  evaluated("maj, last", (all) => all.at(-1), "maj"),
  lastStep("agreement"),
  lastStep("reward"),
  lastStep("accuracy"),
  lastStep("majorityAccuracy"),
  lastStep("topShare"),
  lastStep("kl"),
  ["alarms", (store) => store.events().filter(({ type }) => type === "alarm").length],
  ["first alarm at step", (store) => store.events().find(({ type }) => type === "alarm")?.step ?? null],
  ["seconds a step", (store) => median(ofKind(store, "step").flatMap(({ time }) => time.seconds ?? []))],
];

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
