/** Where the reader is: run, view, step, group. Absent parts have defaults, which the address then does not say. */
import { computed, effect, signal } from "@preact/signals";
import type { RunId, Source } from "../../api/index.js";
import { nearest, stepsOf } from "../lib/kept.js";
import { LiveRun } from "./live-run.js";
import { go, number, params, text } from "./url.js";

export const VIEWS = [
  "course",
  "votes",
  "matrix",
  "river",
  "collapse",
  "search",
  "notes",
  "config",
  "sql",
  "controls",
  "playground",
] as const;
export type View = (typeof VIEWS)[number];

export const runId = computed<RunId | null>(() => text("run"));
export const view = computed<View>(() => VIEWS.find((own) => own === text("view")) ?? "course");

/** The last step when it was first looked at: what comes later does not move what is being read. */
const latest = signal<{ source: Source; step: number } | null>(null);

/** The run of the address, opened once. */
export const run = signal<LiveRun | null>(null);

effect(() => {
  const id = runId.value;
  if (id === (run.peek()?.id ?? null)) return;
  run.peek()?.close();
  latest.value = null;
  run.value = id === null ? null : new LiveRun(id);
});

export const source = computed<Source>(() => {
  const named = text("source");
  if (named === "probe" || named === "rollouts") return named;
  const kept = run.value?.overview.value?.kept;
  if (kept === undefined || kept.probe.count === 0) return "rollouts";
  // Prompts that come back are those of the probe.
  return kept.rollouts.count === 0 || view.value === "matrix" || view.value === "river"
    ? "probe"
    : "rollouts";
});

/** Steps of the source, ascending. */
export const steps = computed<readonly number[]>(() => {
  const kept = run.value?.overview.value?.kept;
  return kept === undefined ? [] : stepsOf(kept[source.value]);
});

/** The step that is read: that of the address or the nearest one that was kept, else the last; null where there is none. */
export const step = computed<number | null>(() => {
  const all = steps.value;
  if (all.length === 0) return null;
  const wanted = number("step");
  if (wanted !== null) return all[nearest(all, wanted)]!;
  const held = latest.value;
  return held !== null && held.source === source.value ? held.step : all.at(-1)!;
});

effect(() => {
  const last = steps.value.at(-1);
  if (last !== undefined && (latest.peek() === null || latest.peek()!.source !== source.value))
    latest.value = { source: source.value, step: last };
});

/** Steps that came since. */
export const newer = computed<number>(() => {
  const at = step.value;
  if (at === null || number("step") !== null) return 0;
  return steps.value.length - 1 - nearest(steps.value, at);
});

export function toLatest(): void {
  const last = steps.value.at(-1);
  if (last === undefined) return;
  latest.value = { source: source.value, step: last };
  go({ step: null }, { replace: true });
}

/** Goes to a step, or so many kept steps on. */
export const toStep = (to: number): void => go({ step: to }, { replace: true });
export function moveStep(by: number): void {
  const [all, at] = [steps.value, step.value];
  if (at === null) return;
  const next = all[Math.max(0, Math.min(all.length - 1, nearest(all, at) + by))]!;
  if (next !== at) toStep(next);
}

export const group = computed<number | null>(() => number("group"));

/** Names of chart options. */
export const smoothing = computed(() => Math.min(0.99, Math.max(0, number("smooth") ?? 0)));
export const logarithmic = computed(() => params.value.get("log") === "1");
