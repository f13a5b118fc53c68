/** Where a run stands, gathered from the events of its trainer. */

import type { TrainerEvent, TrainerPhase } from "../../run/observer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { secondsLeft } from "./eta.js";

/** A download under way. */
export interface DownloadView extends Omit<DownloadEvent, "type"> {
  /** Null until there is something to divide. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

type DownloadEvent = Extract<TrainerEvent, { type: "download" }>;

/** What there is to show at a moment. */
export interface ProgressView {
  readonly title: string;
  /** Steps done. */
  readonly step: number;
  /** 0 where the work has no steps, such as an evaluation. */
  readonly steps: number;
  /** Null while unknown, and when all steps are done. */
  readonly secondsLeft: number | null;
  readonly phase: TrainerPhase | null;
  /** Share of the phase that is done; null where its size is unknown. */
  readonly phaseShare: number | null;
  readonly download: DownloadView | null;
  /** The latest step's record. */
  readonly record: MetricRecord | null;
  /** Values of the steps until now, of this process and with a number, in order. */
  readonly series: Readonly<Record<Watched, readonly number[]>>;
  /** How many alarms monitors raised, and the message of the latest; null where they raised none. */
  readonly alarms: { readonly count: number; readonly latest: string } | null;
}

/** Metrics whose course is shown. */
export const WATCHED = ["agreement", "accuracy"] as const;
export type Watched = (typeof WATCHED)[number];

/** Times are in seconds of any clock that only moves forward. */
export class ProgressState {
  readonly #title: string;
  #done = 0;
  #steps = 0;
  /** The step that began last. */
  #current: { step: number; began: number } | null = null;
  #durations: number[] = [];
  #phase: { name: TrainerPhase; done: number; total: number } | null = null;
  /** The latest event of a download, and the time and bytes of its first. */
  #download: { began: number; from: number; latest: DownloadEvent } | null = null;
  #record: MetricRecord | null = null;
  readonly #series: Record<Watched, number[]> = { agreement: [], accuracy: [] };
  #alarms: ProgressView["alarms"] = null;

  constructor(title: string) {
    this.#title = title;
  }

  handle(event: TrainerEvent, now: number): void {
    // Whatever else is heard, the download is over.
    if (event.type !== "download") this.#download = null;
    switch (event.type) {
      case "step":
        // From start to start, so that a checkpoint or an evaluation after the step counts, too.
        if (this.#current !== null) this.#durations.push(now - this.#current.began);
        this.#current = { step: event.step, began: now };
        // A resumed run begins further on.
        this.#done = event.step - 1;
        this.#steps = event.steps;
        break;
      case "phase":
        this.#phase = { name: event.phase, done: event.done, total: event.total };
        break;
      case "download":
        if (event.totalBytes !== this.#download?.latest.totalBytes) {
          this.#download = { began: now, from: event.bytes, latest: event };
        } else this.#download.latest = event;
        break;
      case "record":
        if (event.record.kind !== "step") break;
        this.#record = event.record;
        for (const name of WATCHED) {
          const value = event.record.metrics[name];
          if (typeof value === "number" && Number.isFinite(value)) this.#series[name].push(value);
        }
        this.#done = Math.min(event.record.step, this.#current?.step ?? event.record.step);
        break;
      case "notice":
        if (event.code === "monitor-alarm")
          this.#alarms = { count: (this.#alarms?.count ?? 0) + 1, latest: event.message };
        break;
    }
  }

  view(now: number): ProgressView {
    const phase = this.#phase;
    const current = this.#current;
    const elapsed = current !== null && current.step > this.#done ? now - current.began : 0;
    const left = this.#steps - this.#done;
    return {
      title: this.#title,
      step: this.#done,
      steps: this.#steps,
      secondsLeft: left > 0 ? secondsLeft(this.#durations, left, elapsed) : null,
      phase: phase?.name ?? null,
      phaseShare: phase !== null && phase.total > 0 ? Math.min(1, phase.done / phase.total) : null,
      download: this.#downloadView(now),
      record: this.#record,
      series: this.#series,
      alarms: this.#alarms,
    };
  }

  #downloadView(now: number): DownloadView | null {
    if (this.#download === null) return null;
    const { began, from, latest } = this.#download;
    const { type: _, ...event } = latest;
    const rate = now > began ? (event.bytes - from) / (now - began) : 0;
    const left = event.totalBytes - event.bytes;
    return {
      ...event,
      bytesPerSecond: rate > 0 ? rate : null,
      secondsLeft: rate > 0 && left > 0 ? left / rate : null,
    };
  }
}
