/** Error rates of monitors on the recorded runs of a split, beside rules that they must beat. */
import type { DetectorConfig, MonitorsConfig } from "../../config/monitor-config.js";
import { type Monitor, monitorsOf } from "../../config/monitors.js";
import { SelftrainError } from "../../errors.js";
import { countOf } from "../../numbers.js";
import { type Baseline, candidatesOf, chooseBaselines, REWARDSPY } from "./baselines.js";
import { unionAlarms } from "./choose.js";
import type { CorpusRun, Split } from "./corpus-format.js";
import { type Lengths, lengthsOf } from "./lengths.js";
import { type Certificate, certify, type Discrimination, discrimination, matchedPairs } from "./matched.js";
import { type PerStep, perStep } from "./per-step.js";
import { type Score, scoreOf } from "./rates.js";
import { readCorpus } from "./read-corpus.js";
import { firstAlarms, type JudgedRun, judged, measures } from "./replay-monitors.js";
import type { Direction } from "./series-values.js";

export interface ScoreOptions {
  readonly split: Split;
  /** Splits on which the bounds of the baselines are chosen. */
  readonly chosenOn: readonly Split[];
  readonly monitors: MonitorsConfig;
  /** Whether to watch as in a run with a probe; every recorded run has one. */
  readonly probe?: boolean | undefined;
  /** Folder of the corpus; by default that of the clone. */
  readonly corpus?: string | undefined;
}

/** What became of one run, and the first alarm of each monitor in it. */
export interface ScoredRun extends Pick<CorpusRun, "name" | "task" | "arm" | "base" | "seed"> {
  readonly outcome: JudgedRun["outcome"];
  readonly alarms: Readonly<Record<string, number | null>>;
}

export interface Scores extends Pick<ScoreOptions, "split" | "chosenOn"> {
  readonly runs: {
    readonly all: number;
    readonly collapsed: number;
    readonly healthy: number;
    /** Neither of the two for sure: in none of the rates. */
    readonly undecided: number;
    /** Longest and shortest run, in steps, and how many tasks and base models the runs are of. */
    readonly shortest: number;
    readonly longest: number;
    readonly tasks: number;
    readonly bases: number;
    readonly lengths: Lengths;
  };
  readonly monitors: readonly (Score & {
    /** Runs without a value of its series. */ readonly unmeasured: number;
  })[];
  /** An alarm of any of the monitors; null of a single one. */
  readonly union: Score | null;
  /** Null where a split to choose their bounds on is not there. */
  readonly baselines: readonly Score[] | null;
  readonly rewardspy: readonly Score[];
  readonly matched: {
    readonly pairs: number;
    /** Null of fewer than two pairs. */
    readonly certificate: Certificate | null;
    readonly series: readonly Discrimination[];
  };
  /** Of each series that is watched, and of those that only repeat the reward. */
  readonly perStep: readonly PerStep[];
  readonly each: readonly ScoredRun[];
}

type Watched = readonly [series: string, direction: Direction];

/** Series that only repeat the reward: the control of the matched pairs. */
const REWARD_ONLY: readonly Watched[] = [
  ["agreement", "up"],
  ["reward", "up"],
  ["unanimousShare", "up"],
];

/** Throws as `readCorpus` does, and `monitor-not-recorded`. */
export function scoreMonitors({ split, chosenOn, monitors, probe = true, corpus }: ScoreOptions): Scores {
  const runs = readCorpus(split, corpus).map(judged);
  const watched = monitorsOf({ monitors, ...(probe && { probe }) });
  const unmeasured = (monitor: Monitor) => countOf(runs, ({ run }) => !measures(run, monitor.series));
  for (const monitor of watched) if (unmeasured(monitor) === runs.length) throw notRecorded(monitor, split);
  const alarms = runs.map(({ run }) => firstAlarms(run, monitors, probe));
  const candidates = watched.map(({ name }) => ({
    name,
    alarms: alarms.map((own) => own.get(name) ?? null),
  }));
  const scored = (baselines: readonly Baseline[]) =>
    candidatesOf(baselines, runs).map((own) => scoreOf(own.name, runs, own.alarms));
  const rewardspy = candidatesOf(REWARDSPY, runs);
  const tuning = judgedSplits(chosenOn, corpus, new Map([[split, runs]]));
  const pairs = matchedPairs(runs);
  const series = distinct([...REWARD_ONLY, ...watched.flatMap(watchedSeries)]);
  return {
    split,
    chosenOn,
    runs: countsOf(runs),
    monitors: candidates.map((own, i) => ({
      ...scoreOf(own.name, runs, own.alarms),
      unmeasured: unmeasured(watched[i]!),
    })),
    union: candidates.length < 2 ? null : scoreOf("any of these", runs, unionAlarms(candidates)),
    baselines: tuning === null ? null : scored(chooseBaselines(tuning)),
    rewardspy: [
      ...rewardspy.map((own) => scoreOf(own.name, runs, own.alarms)),
      scoreOf("rewardspy: any of these", runs, unionAlarms(rewardspy)),
    ],
    matched: {
      pairs: pairs.length,
      certificate: certify(pairs),
      series: series.flatMap(([series, direction]) => {
        const told = discrimination(series, direction, pairs);
        return told === null ? [] : [told];
      }),
    },
    perStep: series.map(([own, direction]) => perStep(own, direction, runs)),
    each: runs.map(({ run: { name, task, arm, base, seed }, outcome }, i) => ({
      name,
      task,
      arm,
      base,
      seed,
      outcome,
      alarms: Object.fromEntries(alarms[i]!),
    })),
  };
}

function countsOf(runs: readonly JudgedRun[]): Scores["runs"] {
  const of = (state: string) => countOf(runs, ({ outcome }) => outcome.state === state);
  const steps = runs.map(({ run }) => run.config.steps);
  const distinctOf = (key: (run: CorpusRun) => string) => new Set(runs.map(({ run }) => key(run))).size;
  return {
    all: runs.length,
    collapsed: of("collapsed"),
    healthy: of("healthy"),
    undecided: of("undecided"),
    shortest: Math.min(...steps),
    longest: Math.max(...steps),
    tasks: distinctOf(({ task }) => task),
    bases: distinctOf(({ task, base }) => `${task} ${base}`),
    lengths: lengthsOf(runs),
  };
}

/** Null where the folder lacks one of the splits: other runs are scored without them. */
function judgedSplits(
  splits: readonly Split[],
  corpus: string | undefined,
  known: ReadonlyMap<Split, readonly JudgedRun[]>,
): JudgedRun[] | null {
  try {
    return splits.flatMap((split) => known.get(split) ?? readCorpus(split, corpus).map(judged));
  } catch (error) {
    if (error instanceof SelftrainError && error.code === "corpus-missing") return null;
    throw error;
  }
}

/** Where a monitor looks for trouble, of each series that it watches once. */
function watchedSeries({ series, detector }: Monitor): Watched[] {
  const members = detector.kind === "any" ? (detector.of ?? []) : [detector];
  return members.map((member, i) => [series[i]!, directionOf(member)] as const);
}

/** Each series once for each direction. */
const distinct = (watched: readonly Watched[]): Watched[] => [
  ...new Map(watched.map((own) => [own.join(" "), own])).values(),
];

function directionOf({
  kind,
  direction,
  above,
}: Pick<DetectorConfig, "direction" | "above"> & { kind: string }) {
  if (kind === "rise") return "up";
  if (kind === "fall" || kind === "canary") return "down";
  if (kind === "threshold" || kind === "slope") return above === undefined ? "down" : "up";
  // Of a plateau the direction is where better values are.
  return kind === "plateau" ? (direction === "down" ? "up" : "down") : (direction ?? "up");
}

const notRecorded = ({ name, series }: Monitor, split: Split): SelftrainError =>
  new SelftrainError({
    code: "monitor-not-recorded",
    message: `No ${split} run of the corpus has a value of what ${name} watches.`,
    found: series.join(", "),
    expected: "a series of steps, evaluations or probes that the recorded runs wrote",
    where: `monitors.${name}`,
    remedy: "Watch another series. Runs with validation or rejection are not in the corpus.",
  });
