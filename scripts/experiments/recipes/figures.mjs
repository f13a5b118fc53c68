/** What a run came to, from its metrics, and means over seeds. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { overSeeds as meanOf } from "../../../dist/core/statistics/over-seeds.js";

const shares = ["mean", "maj", "greedy"];

/** Figures of the first evaluation and the last; null where the folder has no evaluation. */
export function figuresOf(folder) {
  const file = join(folder, "metrics.jsonl");
  if (!existsSync(file)) return null;
  const records = readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const evaluations = records.filter(({ kind }) => kind === "eval");
  if (evaluations.length === 0) return null;
  const [start, end] = [evaluations[0], evaluations.at(-1)].map(evaluation);
  const seconds = records.reduce((sum, { time }) => sum + (time.seconds ?? 0), 0);
  return { start, end, steps: records.filter(({ kind }) => kind === "step").length, seconds };
}

function evaluation({ step, metrics }) {
  const interval = (name) =>
    metrics[name] === undefined
      ? null
      : { value: metrics[name], low: metrics[`${name}Low`], high: metrics[`${name}High`] };
  const { samples, agreement, topShare } = metrics;
  return {
    step,
    samples,
    ...Object.fromEntries(shares.map((name) => [name, interval(name)])),
    agreement,
    topShare,
  };
}

/** Means over the seeds of a recipe that have figures. */
export function overSeeds(results) {
  const runs = results.flatMap(({ figures }) => (figures ? [figures] : []));
  const of = (pick) => meanOf(runs.map(pick).filter((value) => value !== undefined && value !== null));
  const at = (when) => ({
    ...Object.fromEntries(shares.map((name) => [name, of((run) => run[when][name]?.value)])),
    agreement: of((run) => run[when].agreement),
    topShare: of((run) => run[when].topShare),
  });
  return {
    seeds: runs.length,
    start: at("start"),
    end: at("end"),
    gain: of((run) => (run.end.mean && run.start.mean ? run.end.mean.value - run.start.mean.value : null)),
    seconds: of((run) => run.seconds),
  };
}
