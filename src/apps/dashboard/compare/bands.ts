/** Curves of several runs, and bands over those that differ in nothing but their seed. */
import { mean } from "../../../numbers.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import type { Band, Bands, BandsQuery, Curve } from "../api/compare.js";
import type { Gap } from "../api/problem.js";
import { numberOf, splitSeries } from "../metrics/columns.js";
import { cardOf } from "../runs/card.js";
import type { OpenRun } from "../runs/open-run.js";

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface BandsOptions {
  readonly series: BandsQuery["series"];
  readonly by: Bands["by"];
  readonly points: number;
}

export function bandsOf(runs: readonly OpenRun[], { series, by, points }: BandsOptions): Bands {
  const gaps: Gap[] = [];
  const families = familiesOf(runs);
  return {
    by,
    series: series.map((name) => {
      const all = runs.map((run) => ({ run, points: pointsOf(run.records(), name, by) }));
      for (const { run, points: own } of all)
        if (own.length === 0)
          gaps.push({
            code: "series-missing",
            message:
              by === "step"
                ? `${run.id} has no ${name}.`
                : `${run.id} has no ${name} at steps whose KL to the reference was measured.`,
          });
      const drawn = all.filter((own) => own.points.length > 0);
      return {
        name,
        curves: drawn.map(({ run, points: own }) => curveOf(run.id, own, points)),
        bands: families.flatMap((family) => {
          const members = drawn.filter(({ run }) => family.runs.includes(run.id));
          return members.length < 2 ? [] : [bandOf(family.family, members, points)];
        }),
      };
    }),
    gaps,
  };
}

function familiesOf(runs: readonly OpenRun[]): { readonly family: string; readonly runs: string[] }[] {
  const families = new Map<string, string[]>();
  for (const { id, store } of runs) {
    const { family } = cardOf(id, store);
    if (family !== null) families.set(family, [...(families.get(family) ?? []), id]);
  }
  return [...families].map(([family, own]) => ({ family, runs: own }));
}

/** Points in order of x. Lines of other kinds than steps take the KL of their step. */
function pointsOf(records: readonly MetricRecord[], series: string, by: Bands["by"]): Point[] {
  const [kind, name] = splitSeries(series);
  const kl = by === "step" ? null : klByStep(records);
  const points = records.flatMap((record): Point[] => {
    const y = record.kind === kind ? numberOf(record, name) : null;
    const x = kl === null ? record.step : kl.get(record.step);
    return y === null || x === undefined ? [] : [{ x, y }];
  });
  return points.sort((a, b) => a.x - b.x);
}

/** √ of the KL to the reference, summed over a sequence where that was measured. An estimate may be below 0, and is then none. */
function klByStep(records: readonly MetricRecord[]): Map<number, number> {
  return new Map(
    records.flatMap((record) => {
      const kl = record.kind === "step" ? (numberOf(record, "sequenceKl") ?? numberOf(record, "kl")) : null;
      return kl === null || kl < 0 ? [] : [[record.step, Math.sqrt(kl)] as const];
    }),
  );
}

function curveOf(run: string, points: readonly Point[], most: number): Curve {
  const pooled = pooledBy(points, most);
  return {
    run,
    x: pooled.map(({ x }) => x),
    y: pooled.map(({ y }) => y),
    pooled: Math.ceil(points.length / Math.max(1, pooled.length)),
  };
}

/** As many stretches of equally many points, each the mean of its own. */
function pooledBy(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  return Array.from({ length: most }, (_, s) => {
    const from = Math.floor((s * points.length) / most);
    const own = points.slice(from, Math.floor(((s + 1) * points.length) / most));
    return { x: mean(own.map(({ x }) => x)), y: mean(own.map(({ y }) => y)) };
  });
}

/** At as many places evenly spaced over what all runs reach; between its points a run is taken to go straight. */
function bandOf(
  family: string,
  members: readonly { readonly run: OpenRun; readonly points: readonly Point[] }[],
  most: number,
): Band {
  const from = Math.max(...members.map(({ points }) => points[0]!.x));
  const to = Math.min(...members.map(({ points }) => points.at(-1)!.x));
  const own = members[0]!.points.map(({ x }) => x).filter((x) => x >= from && x <= to);
  const shared = members.every(
    ({ points }) => JSON.stringify(within(points, from, to)) === JSON.stringify(own),
  );
  const even = Array.from({ length: most }, (_, i) => from + (i * (to - from)) / Math.max(1, most - 1));
  const x = to < from ? [] : shared && own.length <= most ? own : even;
  const values = x.map((at) => members.map(({ points }) => valueAt(points, at)));
  return {
    family,
    runs: members.map(({ run }) => run.id),
    x,
    mean: values.map(mean),
    low: values.map((all) => Math.min(...all)),
    high: values.map((all) => Math.max(...all)),
  };
}

const within = (points: readonly Point[], from: number, to: number): number[] =>
  points.map(({ x }) => x).filter((x) => x >= from && x <= to);

/** Between its neighbours, in proportion. */
function valueAt(points: readonly Point[], x: number): number {
  const after = points.findIndex((point) => point.x >= x);
  const right = points[after] ?? points.at(-1)!;
  const left = points[after - 1] ?? right;
  if (right.x === left.x || right.x === x) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}
