/** A panel of series of the run that is looked at, up to date as it goes on. */
import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ArmKey } from "../../../report/palette.js";
import type { PhaseStretch } from "../../../report/view/phase-cells.js";
import { type PlotData, type PlotMark, plotData } from "../../../report/view/plot-data.js";
import { seriesSql } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { smoothed } from "../lib/smooth.js";
import { logarithmic, run, smoothing, step, toStep } from "../state/here.js";
import { aboutSeries } from "../state/server.js";
import { Panel } from "./panel.js";
import { Plot } from "./plot.js";

export interface SeriesCurve {
  readonly name: string;
  readonly arm: ArmKey;
  /** In the legend; the catalogue's title by default. */
  readonly label?: string;
  readonly dash?: readonly number[];
}

export interface SeriesPlotSpec {
  /** The first curve's title by default, as its help. */
  readonly title?: string;
  readonly help?: string;
  readonly curves: readonly SeriesCurve[];
  readonly range?: readonly [number, number];
  readonly shade?: boolean;
  readonly wide?: boolean;
  /** The catalogue's of the first curve by default. */
  readonly unit?: PlotData["unit"];
}

const NONE: readonly never[] = [];

export function SeriesPlot({
  spec,
  marks = NONE,
  phases = NONE,
}: {
  readonly spec: SeriesPlotSpec;
  readonly marks?: readonly PlotMark[];
  readonly phases?: readonly PhaseStretch[];
}): VNode | null {
  const live = run.value!;
  const names = spec.curves.map(({ name }) => name);
  useEffect(() => live.want(names), [live, names.join()]);
  const [changes, weight, log] = [live.changes.value, smoothing.value, logarithmic.value];
  const about = aboutSeries(names[0]!);
  const title = spec.title ?? about.title;
  const data = useMemo<PlotData | undefined>(
    () =>
      plotData({
        title,
        help: "",
        unit: spec.unit ?? (about.unit === "text" ? "number" : about.unit),
        group: names[0]!.split(".")[0]!,
        log,
        ...(spec.range && !log ? { range: spec.range } : {}),
        ...(spec.shade ? { shade: true } : {}),
        marks,
        phases,
        curves: spec.curves.map(({ name, arm, label, dash }) => {
          const own = live.series(name);
          return {
            label: label ?? aboutSeries(name).title,
            arm,
            curve: own && { steps: own.steps.slice(), values: smoothed(own.values, weight).slice() },
            ...(dash ? { dash } : spec.curves.length === 1 ? { dash: [] } : {}),
          };
        }),
      }),
    [live, changes, weight, log, marks, phases, names.join(), about],
  );
  if (data === undefined) return null;
  const help = `${spec.help ?? about.help}${weight > 0 ? ` Smoothed by ${weight}.` : ""}`;
  return (
    <Panel
      title={title}
      wide={spec.wide === true}
      take={{ plot: () => data, table: () => tableOf(names, live), sql: seriesSql(names) }}
    >
      <Plot title={title} help={help} data={data} at={step.value} onPick={toStep} />
    </Panel>
  );
}

/** Values as they were logged, whatever the smoothing. */
function tableOf(names: readonly string[], live: NonNullable<typeof run.value>): Table {
  const all = names.flatMap((name) => {
    const own = live.series(name);
    return own ? [{ name, ...own }] : [];
  });
  return {
    columns: ["step", ...all.map(({ name }) => name)],
    rows: (all[0]?.steps ?? []).map((at, i) => [at, ...all.map(({ values }) => values[i] ?? null)]),
  };
}
