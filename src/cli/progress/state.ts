/** Where a run stands, gathered from the events of its trainer. */
import type { MetricRecord } from "../../run/run-directory.js";
import type { TrainerEvent, TrainerPhase } from "../../trainer/observer.js";
import { secondsLeft } from "./eta.js";

/** What there is to show at a moment. */
export interface ProgressView {
  readonly title: string;
  readonly step: number;
  /** 0 where the work has no steps, such as an evaluation. */
  readonly steps: number;
  readonly secondsLeft: number | null;
  readonly phase: TrainerPhase | null;
  /** Share of the phase that is done; null where its size is unknown. */
  readonly phaseShare: number | null;
  /** The latest step's record. */
  readonly record: MetricRecord | null;
}

/** Times are in seconds of any clock that only moves forward. */
export class ProgressState {
  readonly #title: string;
  #step = 0;
  #steps = 0;
  #stepAt: number | null = null;
  #durations: number[] = [];
  #phase: { name: TrainerPhase; done: number; total: number } | null = null;
  #record: MetricRecord | null = null;

  constructor(title: string) {
    this.#title = title;
  }

  handle(event: TrainerEvent, now: number): void {
    switch (event.type) {
      case "step":
        // The first event of a run only says where it starts: at 0, or further on when it is resumed.
        if (this.#stepAt !== null && event.step > this.#step) {
          this.#durations.push((now - this.#stepAt) / (event.step - this.#step));
        }
        this.#step = event.step;
        this.#steps = event.steps;
        this.#stepAt = now;
        break;
      case "phase":
        this.#phase = { name: event.phase, done: event.done, total: event.total };
        break;
      case "record":
        if (event.record.kind === "step") this.#record = event.record;
        break;
      case "notice":
        break;
    }
  }

  view(now: number): ProgressView {
    const phase = this.#phase;
    const elapsed = this.#stepAt === null ? 0 : now - this.#stepAt;
    return {
      title: this.#title,
      step: this.#step,
      steps: this.#steps,
      secondsLeft: secondsLeft(this.#durations, this.#steps - this.#step, elapsed),
      phase: phase?.name ?? null,
      phaseShare: phase !== null && phase.total > 0 ? Math.min(1, phase.done / phase.total) : null,
      record: this.#record,
    };
  }
}
