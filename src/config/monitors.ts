/** The monitors of a configuration, in full: what the key `monitors` means where it has been checked. */
import type { RejectionConfig } from "./curriculum-config.js";
import type { DetectorConfig, MonitorAction, MonitorEntry, MonitorsConfig } from "./monitor-config.js";
import type { MonitoredRuns } from "./monitor-defaults.js";

/** A monitor with every default filled in. */
export interface Monitor {
  readonly name: string;
  /** What it watches; several where it is a union. */
  readonly series: readonly string[];
  readonly detector: DetectorConfig;
  readonly onAlarm: MonitorAction;
  readonly cooldown: number;
  readonly mask: number;
  /** Of `lower-lr`. */
  readonly factor: number;
  /** Of `filter`: keys of `rejection`. */
  readonly rule: Partial<RejectionConfig>;
  /** Of `webhook`. */
  readonly url: string | null;
}

/** What `filter` switches on by itself: the paper's online filter, which must not end a run where it finds too little. */
const FILTER: Partial<RejectionConfig> = { minAgreement: 0.6, onShortBatch: "train" };

const ruleOf = ({ rule }: Pick<MonitorEntry, "rule">): Partial<RejectionConfig> =>
  rule === undefined ? FILTER : { onShortBatch: "train", ...(rule as Partial<RejectionConfig>) };

/** The rejection of a run after an alarm of this monitor. */
export const filterRule = (
  rejection: RejectionConfig,
  monitor: Pick<MonitorEntry, "rule">,
): RejectionConfig => ({
  ...rejection,
  ...ruleOf(monitor),
});

/** Series that a monitor watches, in the order of its members. */
export const seriesOf = ({ on, detector }: Pick<MonitorEntry, "on" | "detector">): string[] =>
  detector?.kind === "any" ? (detector.of ?? []).map((member) => member.on) : on === undefined ? [] : [on];

/** What of a configuration decides which of its monitors watch. */
export interface ProbedConfig {
  readonly monitors: MonitorsConfig;
  /** Undefined in a run without one. */
  readonly probe?: unknown;
}

/** Whether a monitor watches in a run of this kind. */
export const watchesIn = (runs: MonitoredRuns | undefined, probe: unknown): boolean =>
  runs === undefined || runs === "all" || (runs === "with-probe") === (probe !== undefined && probe !== null);

/** Those that are on and watch in this run, in the order of the configuration. */
export function monitorsOf({ monitors, probe }: ProbedConfig): Monitor[] {
  return Object.entries(monitors).flatMap(([name, entry]) => {
    if (entry === "off" || entry.detector === undefined || !watchesIn(entry.runs, probe)) return [];
    const { detector, onAlarm = "log", cooldown = 10, mask = 2, factor = 0.5, url = null } = entry;
    return [
      { name, series: seriesOf(entry), detector, onAlarm, cooldown, mask, factor, rule: ruleOf(entry), url },
    ];
  });
}

/** Actions by which an alarm changes the run, and not only tells of it. */
export const changesRun = ({ onAlarm }: Pick<Monitor, "onAlarm">): boolean =>
  onAlarm !== "log" && onAlarm !== "webhook";
