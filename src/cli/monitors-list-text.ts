/** What can watch a run, on the terminal. */
import type { DEFAULT_MONITORS } from "../config/monitor-defaults.js";
import { METRICS } from "../core/monitor/catalogue/index.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

export interface ListedMonitors {
  readonly default: typeof DEFAULT_MONITORS;
  readonly detectors: Readonly<Record<string, readonly string[]>>;
  readonly series: Readonly<Record<string, readonly string[]>>;
}

export function monitorsListText(listed: ListedMonitors, paint: Paint): string {
  const monitors = Object.entries(listed.default).map(([name, monitor]) => {
    const members = "on" in monitor ? [{ on: monitor.on, ...monitor.detector }] : monitor.detector.of;
    const [first, ...others] = members.map(({ on, kind, ...keys }) => [
      on,
      `${kind} ${Object.entries(keys)
        .map(([key, value]) => `${key} ${value}`)
        .join(", ")}`,
    ]);
    const runs = monitor.runs.replace("-", " ");
    const many = "on" in monitor ? "" : `, ${monitor.detector.atLeast} of`;
    return [[name, runs + many, ...first!], ...others.map((own) => ["", "", ...own])];
  });
  const detectors = Object.entries(listed.detectors).map(([kind, keys]) => [kind, keys.join(", ")]);
  const series = Object.entries(listed.series).map(([kind, names]) => [
    kind === "step" ? "steps" : `${kind}.…`,
    `${names.length}, as ${named(kind, names).join(", ")}`,
  ]);
  return [
    table(["default set", "runs", "watches", "detector"], monitors.flat(), paint, "text"),
    table(["detector", "keys"], detectors, paint, "text"),
    table(
      ["series of", "names (all with --json; what they mean: docs/reference/metrics.md)"],
      series,
      paint,
      "text",
    ),
  ].join("\n\n");
}

/** The first ones that have a direction in a healthy run. */
const named = (kind: string, names: readonly string[]): string[] =>
  names
    .filter((name) => METRICS[name]?.healthy !== "context" && METRICS[name] !== undefined)
    .slice(0, 4)
    .map((name) => (kind === "step" ? name : `${kind}.${name}`));
