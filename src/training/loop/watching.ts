/** Monitors at work in a run: after each step what is due is measured, judged, written down and told, and the next step is made accordingly. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Alarm } from "../../run/alarms.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { Controls } from "../controls/controls.js";
import { controlledConfig, controlledFactor } from "../controls/effects.js";
import { alarmNotice } from "../monitors/alarm-text.js";
import { configOfStep, learningRateFactor } from "../monitors/effects.js";
import { Monitoring, type Raised } from "../monitors/monitoring.js";
import { postAlarm } from "../monitors/webhook.js";
import { policyOf } from "./checkpoint.js";
import { type EarlyStop, type Ending, earlyStopOf, endingOf } from "./ending.js";
import { unrecorded } from "./evaluate-at.js";
import { learningRateAt } from "./learning-rate.js";
import { measure } from "./measure.js";
import type { Session } from "./session.js";
import { type RunSigns, signsNotice, signsOf } from "./signs.js";

export interface Watched {
  readonly config: TrainConfig;
  readonly session: Session;
  readonly run: Run<TrainConfig>;
  /** The step that this process began at: what was measured until then is read back. */
  readonly first: number;
  readonly controls: Pick<Controls, "log">;
  readonly observer?: Observer | undefined;
}

/** What the monitors came to, for the summary of a run. */
export interface Conclusion {
  /** In the order in which they were raised. */
  readonly alarms: readonly Alarm[];
  /** How a monitor ended the run; null where none did. */
  readonly earlyStop: EarlyStop | null;
  /** Signs that the policy answers everything alike, or not at all; null where there are none. */
  readonly signs: RunSigns | null;
}

export class Watching {
  readonly #watched: Watched;
  readonly #monitoring: Monitoring;
  #judgeSeconds = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#monitoring = new Monitoring(watched.config);
  }

  /** Seconds that the last judging took, without what was measured for it or done about it. */
  get judgeSeconds(): number {
    return this.#judgeSeconds;
  }

  /** The configuration of a step that begins, whose learning rate is `learningRate`. */
  before(step: number): { readonly config: TrainConfig; readonly learningRate: number } {
    const { config, controls } = this.#watched;
    const scheduled = learningRateAt(step, { ...config, peak: config.adam.learningRate });
    return {
      config: controlledConfig(step, configOfStep(step, config, this.#monitoring), controls.log),
      learningRate:
        scheduled * learningRateFactor(step, this.#monitoring) * controlledFactor(step, controls.log),
    };
  }

  /** Judges a step that is done, or the one that the process began at and those before it. */
  async after(step: number): Promise<Ending> {
    const { config, run, first } = this.#watched;
    const { validation, steps } = config;
    if (validation && (step % validation.every === 0 || step === steps)) await validate(step, this.#watched);
    const started = performance.now();
    const { records } = run.metrics;
    const known = this.#monitoring.alarms.length;
    const raised = this.#monitoring.judge(step, records);
    this.#judgeSeconds = (performance.now() - started) / 1000;
    // Those before were told and acted on by the process that made these steps.
    for (const alarm of this.#monitoring.alarms.slice(known)) {
      if (step > first || first === 0) await this.#announce(alarm);
      else run.writeAlarm(written(alarm));
    }
    return endingOf(step, config, records, this.#monitoring, raised);
  }

  /** Judges what was measured of the policy that the run ends with. */
  async end(): Promise<void> {
    for (const alarm of this.#monitoring.end(this.#watched.run.metrics.records)) await this.#announce(alarm);
  }

  /** After `step`, the last of this process; `ending` is null where it was interrupted. Signs of collapse are told. */
  conclude(step: number, ending: Ending | null): Conclusion {
    const { config, run, observer } = this.#watched;
    const signs = signsOf(config, run.metrics.records, ending?.best);
    if (signs) observer?.({ type: "notice", ...signsNotice(signs) });
    const alarms = this.#monitoring.alarms.map(written);
    return { alarms, earlyStop: ending && earlyStopOf(step, ending), signs };
  }

  /** Written first, and posted only where that is new: a process that was killed in between must not post twice. */
  async #announce(raised: Raised): Promise<void> {
    const { run, observer } = this.#watched;
    const alarm = written(raised);
    const isNew = run.writeAlarm(alarm);
    observer?.({ type: "notice", ...alarmNotice(alarm) });
    const { url = null } = this.#monitoring.monitors.find(({ name }) => name === alarm.monitor) ?? {};
    const failure = isNew && url !== null ? await postAlarm(url, run.path, alarm) : null;
    if (failure) observer?.({ type: "notice", ...failure });
  }
}

/** An alarm as the run keeps it. */
const written = ({ after: _, ...alarm }: Raised): Alarm => alarm;

/**
 * Measures the policy on the labelled prompts; a record from before the process began is kept as it is. Throws `metrics-incomplete` where that
 * is lost and the run ended with the policy of an earlier step: it must not be measured as this one's.
 */
async function validate(step: number, { config, session, run, first, observer }: Watched): Promise<void> {
  if (step <= first && run.metrics.records.some((r) => r.kind === "validation" && r.step === step)) return;
  const { checkpoint } = run.resumed;
  if (step === first && checkpoint && policyOf(checkpoint.path) !== step)
    throw unrecorded("validation", step, run);
  const { engine, tokenizer, validation } = session;
  await measure(step, {
    engine,
    tokenizer,
    pool: validation!,
    run,
    observer,
    samples: config.validation!.samples,
    maxNewTokens: config.maxNewTokens,
    seed: config.seed,
    record: (measured) => ({ ...measured, kind: "validation" }),
  });
}
