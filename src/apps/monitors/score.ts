/** Error rates of monitors on the recorded runs of a split, beside rules that they must beat. */
import type { DetectorConfig, MonitorsConfig } from "../../config/monitor-config.js";
import { type Monitor, monitorsOf } from "../../config/monitors.js";
import { SelftrainError } from "../../errors.js";
import { countOf } from "../../numbers.js";
import { type Baseline, candidatesOf, chooseBaselines, REWARDSPY } from "./baselines.js";
import { unionAlarms } from "./choose.js";
import type { CorpusRun, Split } from "./corpus-format.js";
import { type Discrimination, discrimination, matchedPairs } from "./matched.js";
import { type Score, scoreOf } from "./rates.js";
import { readCorpus } from "./read-corpus.js";
import { firstAlarms, type JudgedRun, judged, measures } from "./replay-monitors.js";

export interface ScoreOptions {
  readonly split: Split;
  readonly monitors: MonitorsConfig;
  /** Folder of the corpus; by default that of the clone. */
  readonly corpus?: string | undefined;
}

/** What became of one run, and the first alarm of each monitor in it. */
export interface ScoredRun extends Pick<CorpusRun, "name" | "task" | "arm" | "base" | "seed"> {
  readonly outcome: JudgedRun["outcome"];
  readonly alarms: Readonly<Record<string, number | null>>;
}

export interface Scores {
  readonly split: Split;
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
  };
  readonly monitors: readonly (Score & {
    /** Runs without a value of its series. */ readonly unmeasured: number;
  })[];
  /** An alarm of any of the monitors; null of a single one. */
  readonly union: Score | null;
  /** Null where there are no tuning runs to choose their bounds on. */
  readonly baselines: readonly Score[] | null;
  readonly rewardspy: readonly Score[];
  readonly matched: { readonly pairs: number; readonly series: readonly Discrimination[] };
  readonly each: readonly ScoredRun[];
}

/** Series that only repeat the reward: the control of the matched pairs. */
const REWARD_ONLY: readonly (readonly [series: string, direction: "up" | "down"])[] = [
  ["agreement", "up"],
  ["reward", "up"],
  ["unanimousShare", "up"],
];

/** Throws as `readCorpus` does, and `monitor-not-recorded`. */
export function scoreMonitors({ split, monitors, corpus }: ScoreOptions): Scores {
  const runs = readCorpus(split, corpus).map(judged);
  const watched = monitorsOf(monitors);
  const unmeasured = (monitor: Monitor) => countOf(runs, ({ run }) => !measures(run, monitor.series));
  for (const monitor of watched) if (unmeasured(monitor) === runs.length) throw notRecorded(monitor, split);
  const alarms = runs.map(({ run }) => firstAlarms(run, monitors));
  const candidates = watched.map(({ name }) => ({
    name,
    alarms: alarms.map((own) => own.get(name) ?? null),
  }));
  const scored = (baselines: readonly Baseline[]) =>
    candidatesOf(baselines, runs).map((own) => scoreOf(own.name, runs, own.alarms));
  const rewardspy = candidatesOf(REWARDSPY, runs);
  const tuning = split === "tuning" ? runs : tuningRuns(corpus);
  const pairs = matchedPairs(runs);
  return {
    split,
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
      series: [...REWARD_ONLY, ...watched.flatMap(watchedSeries)].flatMap(([series, direction]) => {
        const told = discrimination(series, direction, pairs);
        return told === null ? [] : [told];
      }),
    },
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
  const distinct = (key: (run: CorpusRun) => string) => new Set(runs.map(({ run }) => key(run))).size;
  return {
    all: runs.length,
    collapsed: of("collapsed"),
    healthy: of("healthy"),
    undecided: of("undecided"),
    shortest: Math.min(...steps),
    longest: Math.max(...steps),
    tasks: distinct(({ task }) => task),
    bases: distinct(({ task, base }) => `${task} ${base}`),
  };
}

/** Null where the folder has none: held-out runs are scored without them. */
function tuningRuns(corpus: string | undefined): JudgedRun[] | null {
  try {
    return readCorpus("tuning", corpus).map(judged);
  } catch (error) {
    if (error instanceof SelftrainError && error.code === "corpus-missing") return null;
    throw error;
  }
}

/** Where a monitor looks for trouble, of each series that it watches once. */
function watchedSeries({ series, detector }: Monitor): (readonly [string, "up" | "down"])[] {
  const members = detector.kind === "any" ? (detector.of ?? []) : [detector];
  return members.map((member, i) => [series[i]!, directionOf(member)] as const);
}

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
