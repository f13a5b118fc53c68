/** One monitor at work: shown the new values of what it watches, it says when it raises an alarm. */

import { parseSeries, type Series } from "../../config/monitor-series.js";
import type { Monitor } from "../../config/monitors.js";
import { detectorOf } from "../../core/detect/spec.js";
import { atLeast, type Points } from "../../core/detect/union.js";
import { inARow, type Point, type Verdict, type Watch } from "../../core/detect/verdict.js";
import type { Alarm } from "../../run/alarms.js";

/** How many values a series will have, by its kind. */
export type Lengths = Readonly<Record<Series["kind"], number>>;

export interface WatchOptions {
  readonly lengths: Lengths;
  readonly seed: number;
}

export class MonitorWatch {
  readonly monitor: Monitor;
  readonly series: readonly Series[];
  readonly #options: WatchOptions;
  #watch: Watch<Points>;
  #standing: Verdict | null = null;
  /** Whether the alarm that stands has been raised. */
  #raised = false;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(monitor: Monitor, options: WatchOptions) {
    this.monitor = monitor;
    this.series = monitor.series.map(parseSeries);
    this.#options = options;
    this.#watch = watchOf(monitor, this.series, options);
  }

  /** The last verdict; null before the first. */
  get standing(): Verdict | null {
    return this.#standing;
  }

  /** Forgets what it has seen: what follows is of other prompts. */
  restart(): void {
    this.#watch = watchOf(this.monitor, this.series, this.#options);
    this.#standing = null;
    this.#raised = false;
  }

  /** The alarm that the new values raise at judgement `now`, if they do; `points` are in the order of `series`. */
  judge(now: number, points: Points): Alarm | null {
    if (points.every((point) => point === undefined)) return null;
    const verdict = this.#watch(points);
    this.#standing = verdict;
    if (verdict.verdict !== "alarm") {
      this.#raised = false;
      return null;
    }
    const { name: monitor, onAlarm: action, cooldown } = this.monitor;
    // A learning rate that was not lowered enough is lowered again; all else is done when it was done once.
    const due = !this.#raised || action === "lower-lr";
    const { step, value, bound, evidence } = verdict;
    if (!due || now <= this.#quietUntil || value === null) return null;
    this.#raised = true;
    this.#quietUntil = now + cooldown;
    const series = this.monitor.series[evidence.member ?? 0]!;
    return { step, monitor, action, series, value, bound, evidence };
  }
}

function watchOf({ detector }: Monitor, series: readonly Series[], options: WatchOptions): Watch<Points> {
  const { lengths, seed } = options;
  const { kind, patience = 1, atLeast: count = 1, of = [] } = detector;
  if (kind === "any") {
    const members = of.map((member, i) => detectorOf(member, lengths[series[i]!.kind], seed)());
    return inARow(atLeast(count, members), patience);
  }
  const single = detectorOf({ ...detector, kind }, lengths[series[0]!.kind], seed)();
  return ([point]) => single(point as Point);
}
