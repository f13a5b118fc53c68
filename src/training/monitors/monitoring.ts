/**
 * The monitors of a run, judged step by step. What they say after a step is a function of the lines of metrics up to it, so that a resumed run and
 * a replay come to the same alarms; there is no other state.
 *
 * A line of a step, and the validation that follows it, are judged after that step; an evaluation or a probe with the next step, or at the end of
 * the run, because a run that ends is evaluated after it was decided that it ends.
 */
import { type MonitorsConfig, monitorsSchema } from "../../config/monitor-config.js";
import type { Series } from "../../config/monitor-series.js";
import { type Monitor, monitorsOf } from "../../config/monitors.js";
import type { Point } from "../../core/detect/verdict.js";
import type { Alarm } from "../../run/alarms.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { type Lengths, MonitorWatch } from "./monitor-watch.js";

/** An alarm, and the step after which it was raised: what it does is done from the next one on. */
export interface Raised extends Alarm {
  readonly after: number;
}

/** What is read of a configuration; a stored one may be of a version that had no monitors. */
export interface MonitoredConfig {
  readonly monitors?: MonitorsConfig;
  readonly steps?: number;
  readonly seed?: number;
  readonly evaluation?: { readonly every?: number };
  readonly validation?: { readonly every?: number } | undefined;
  readonly probe?: { readonly every?: number } | undefined;
}

/** Every kind of line that is written at steps of its own has one at the start and one at the end. */
function lengthsOf({ steps = 1, evaluation, validation, probe }: MonitoredConfig): Lengths {
  const times = (every: number | undefined) => 1 + (every ? Math.ceil(steps / every) : 1);
  return {
    step: steps,
    eval: times(evaluation?.every),
    validation: times(validation?.every),
    probe: times(probe?.every),
  };
}

/** Kinds of lines that are judged after the step that they are of. */
const AT_ONCE: ReadonlySet<string> = new Set(["step", "validation"]);

export class Monitoring {
  readonly alarms: Raised[] = [];
  readonly #watches: readonly MonitorWatch[];
  /** By monitor, the judgements at which its verdict was another than ok. */
  readonly #uneasy: ReadonlyMap<string, Set<number>>;
  #judged = -1;
  /** Undefined before the first step. */
  #stage: MetricRecord["metrics"][string] | undefined;
  /** Steps since the last change; the first stage comes after none. */
  #inStage = Number.POSITIVE_INFINITY;

  constructor(config: MonitoredConfig) {
    // A report reads configurations that somebody may have edited, or that had no monitors: those have the default set.
    const { data } = monitorsSchema.safeParse(config.monitors);
    const monitors = monitorsOf({
      monitors: data ?? monitorsSchema.parse(undefined),
      probe: config.probe,
    });
    const options = { lengths: lengthsOf(config), seed: config.seed ?? 0 };
    this.#watches = monitors.map((monitor) => new MonitorWatch(monitor, options));
    this.#uneasy = new Map(monitors.map(({ name }) => [name, new Set()]));
  }

  get monitors(): readonly Monitor[] {
    return this.#watches.map(({ monitor }) => monitor);
  }

  /** Those whose last verdict is an alarm. */
  get inAlarm(): readonly Pick<MonitorWatch, "monitor" | "standing">[] {
    return this.#watches.filter(({ standing }) => standing?.verdict === "alarm");
  }

  /** Judges every step up to this one that has not been judged; returns the alarms that the last of them raised. */
  judge(step: number, records: readonly MetricRecord[]): Raised[] {
    const wanted = records.filter((record) => record.step >= this.#judged && record.step <= step);
    let raised: Raised[] = [];
    while (this.#judged < step) {
      const now = ++this.#judged;
      const fresh = wanted.filter((r) => r.step === (AT_ONCE.has(r.kind) ? now : now - 1));
      raised = this.#feed(now, fresh);
    }
    return raised;
  }

  /** After the last step: what was measured of the policy that the run ends with. */
  end(records: readonly MetricRecord[]): Raised[] {
    const last = records.filter(({ kind, step }) => !AT_ONCE.has(kind) && step >= this.#judged);
    return this.#feed(this.#judged, last);
  }

  /** The latest judged step at which none of these monitors had anything to say, the first where there is none. */
  healthy(names: readonly string[]): number {
    let step = this.#judged;
    while (step > 1 && names.some((name) => this.#uneasy.get(name)?.has(step))) step--;
    return step;
  }

  #feed(now: number, fresh: readonly MetricRecord[]): Raised[] {
    const step = fresh.find(({ kind }) => kind === "step");
    const changed = step !== undefined && this.#enter(step.metrics.stage);
    const raised: Raised[] = [];
    for (const watch of this.#watches) {
      const { monitor, series } = watch;
      if (changed && series.some(({ kind }) => kind === "step")) watch.restart();
      const points = series.map((own) => this.#pointOf(own, monitor, fresh));
      const alarm = watch.judge(now, points);
      const { verdict = "ok" } = watch.standing ?? {};
      if (verdict !== "ok") this.#uneasy.get(monitor.name)!.add(now);
      if (alarm) raised.push({ ...alarm, after: now });
    }
    this.alarms.push(...raised);
    return raised;
  }

  /** Whether the stage of a curriculum is another than before; the first one is no change. */
  #enter(stage: MetricRecord["metrics"][string] | undefined = null): boolean {
    const changed = this.#stage !== undefined && stage !== this.#stage;
    if (changed) this.#inStage = 0;
    this.#inStage++;
    this.#stage = stage;
    return changed;
  }

  #pointOf({ kind, metric }: Series, { mask }: Monitor, fresh: readonly MetricRecord[]): Point | undefined {
    const record = fresh.findLast((own) => own.kind === kind);
    if (record === undefined || (kind === "step" && this.#inStage <= mask)) return undefined;
    const { [metric]: value, prompts, samples } = record.metrics;
    const counted = metric === "mean" && typeof prompts === "number" && typeof samples === "number";
    return {
      step: record.step,
      value: typeof value === "number" ? value : null,
      ...(counted ? { trials: prompts * samples } : {}),
    };
  }
}

/** The monitors of a run that is over, or stands still: every line of it judged. */
export function monitoringOf(config: MonitoredConfig, records: readonly MetricRecord[]): Monitoring {
  const monitoring = new Monitoring(config);
  const last = Math.max(0, ...records.flatMap(({ kind, step }) => (kind === "step" ? [step] : [])));
  monitoring.judge(last, records);
  monitoring.end(records);
  return monitoring;
}
