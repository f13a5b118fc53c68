/** Controls at the boundary between two steps: what was asked is taken or refused, written down, and done. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type ControlAction,
  type ControlRequest,
  controlNumbers,
  type LoggedControl,
  logControl,
  readControl,
  readControlLog,
} from "../../run/control.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";

/** Milliseconds between two looks while the run is paused. */
const LOOK_EVERY = 250;

/** Those that are meant for the process that runs: one that comes later has not been asked. */
const OF_THE_MOMENT: ReadonlySet<ControlAction["action"]> = new Set([
  "pause",
  "resume",
  "checkpoint",
  "stop",
]);

export interface ControlsOptions {
  readonly run: Pick<Run<unknown>, "path" | "metrics">;
  readonly observer?: Observer | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Writes the checkpoint of a step, where it has none. */
  readonly checkpoint: (step: number) => Promise<void>;
}

export class Controls {
  readonly #options: ControlsOptions;
  readonly #began = new Date().toISOString();
  readonly #log: LoggedControl[];

  /** Throws `controls-corrupt`. */
  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#log = readControlLog(options.run.path);
  }

  /** What was taken and refused until now. */
  get log(): readonly LoggedControl[] {
    return this.#log;
  }

  /**
   * After `step` steps: does again what was taken there, takes what was asked since, and waits while the run is paused. True where the run is to
   * stop here; its checkpoint is written then.
   *
   * A step that is done again after a resume is one that a line of metrics speaks of. Nothing new is taken before it: it would not be the same.
   */
  async at(step: number): Promise<boolean> {
    const { run, signal, checkpoint } = this.#options;
    if (
      this.#log.some((own) => own.step === step && own.refused === null && own.asked?.action === "checkpoint")
    )
      await checkpoint(step);
    if (run.metrics.records.some((record) => record.kind === "step" && record.step > step)) return false;
    let paused = false;
    for (;;) {
      for (const { asked } of this.#take(step, paused)) {
        if (asked.action === "pause") paused = true;
        if (asked.action === "resume") paused = false;
        if (asked.action === "checkpoint" || asked.action === "stop") await checkpoint(step);
        if (asked.action === "stop") return true;
      }
      if (!paused) return false;
      await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
      if (!signal?.aborted) continue;
      await checkpoint(step);
      return true;
    }
  }

  /** When the run is over: what was asked and not taken is refused. */
  end(step: number): void {
    for (const number of this.#open()) this.#decide(number, step, () => "the run was over");
  }

  #open(): number[] {
    const known = new Set(this.#log.map(({ number }) => number));
    return controlNumbers(this.#options.run.path).filter((number) => !known.has(number));
  }

  /** The requests that are taken now, in their order, up to one that stops the run. */
  *#take(step: number, paused: boolean): Generator<ControlRequest, void> {
    let now = paused;
    for (const number of this.#open()) {
      const request = this.#decide(number, step, (own) => this.#whyNot(own, now));
      if (request === null) continue;
      now = request.asked.action === "pause" || (now && request.asked.action !== "resume");
      yield request;
    }
  }

  #whyNot({ at, asked: { action } }: ControlRequest, paused: boolean): string | null {
    if (OF_THE_MOMENT.has(action) && at < this.#began) return "it was asked before this process began";
    if (action === "pause" && paused) return "the run is paused already";
    if (action === "resume" && !paused) return "the run is not paused";
    return null;
  }

  /** Writes down what becomes of a request; null where it is refused. */
  #decide(
    number: number,
    step: number,
    whyNot: (request: ControlRequest) => string | null,
  ): ControlRequest | null {
    const { run, observer } = this.#options;
    const read = readControl(run.path, number);
    const request = typeof read === "string" ? null : read;
    const refused = request === null ? `it cannot be read: ${read}` : whyNot(request);
    const at = new Date().toISOString();
    const logged = { number, at, asked: request?.asked ?? null, step, refused };
    logControl(run.path, logged);
    this.#log.push(logged);
    observer?.({
      type: "notice",
      code: refused === null ? "control-taken" : "control-refused",
      message: `control ${number}${request ? `, ${wordsOf(request.asked)},` : ""} was ${refused === null ? `taken after step ${step}` : `refused: ${refused}`}`,
    });
    return refused === null ? request : null;
  }
}

function wordsOf(asked: ControlAction): string {
  if (asked.action === "learning-rate") return `learning rate × ${asked.factor}`;
  if (asked.action === "filter")
    return asked.minAgreement === null ? "filter off" : `filter below agreement ${asked.minAgreement}`;
  return asked.action;
}
