/** One run: how it stands, its views, the step that is read. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { duration, percent, plainNumber } from "../../../report/format.js";
import type { RunOverview } from "../../api/index.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { StatusChip, VerdictChip } from "../parts/run-chips.js";
import { Scrubber } from "../parts/scrubber.js";
import { moveStep, run, toLatest, VIEWS, type View, view } from "../state/here.js";
import { useKeys } from "../state/keys.js";
import { go, href, place } from "../state/url.js";
import { CollapseView } from "./collapse.js";
import { ConfigView } from "./config.js";
import { ControlsView } from "./controls.js";
import { CourseView } from "./course.js";
import { MatrixView } from "./matrix.js";
import { NotesView } from "./notes.js";
import { PlaygroundView } from "./playground.js";
import { RiverView } from "./river.js";
import { SearchView } from "./search.js";
import { SqlView } from "./sql.js";
import { VotesView } from "./votes.js";

const SHOWN: Readonly<Record<View, { readonly title: string; readonly component: () => VNode }>> = {
  course: { title: "Course", component: CourseView },
  votes: { title: "Votes", component: VotesView },
  matrix: { title: "Matrix", component: MatrixView },
  river: { title: "River", component: RiverView },
  collapse: { title: "Collapse", component: CollapseView },
  search: { title: "Search", component: SearchView },
  notes: { title: "Notes", component: NotesView },
  config: { title: "Settings", component: ConfigView },
  sql: { title: "SQL", component: SqlView },
  controls: { title: "Controls", component: ControlsView },
  playground: { title: "Playground", component: PlaygroundView },
};

/** Views of a step. */
const STEPPED: readonly View[] = ["course", "votes", "matrix", "river", "collapse"];

/** What of the address goes with the reader from view to view. */
const KEPT = { group: null, a: null, b: null } as const;

export function RunView(): VNode {
  const live = run.value!;
  const overview = live.overview.value;
  const tabs = useRef<HTMLElement>(null);
  // On a narrow window the row of views is wider than it.
  useEffect(
    () =>
      tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    [view.value, overview === null],
  );
  const toView = (next: View): void => go({ view: next === "course" ? null : next, ...KEPT });
  useKeys([
    { key: "i", does: "previous step", run: () => moveStep(-1) },
    { key: "m", does: "next step", run: () => moveStep(1) },
    { key: "e", does: "last step", run: toLatest },
    { key: "/", does: "search", run: () => toView("search") },
    ...VIEWS.slice(0, 9).map((own, i) => ({
      key: String(i + 1),
      does: SHOWN[own].title,
      run: () => toView(own),
    })),
    { key: "Backspace", does: "all runs", run: () => go(place({})) },
  ]);
  if (overview === null)
    return live.problem.value ? <ProblemNote problem={live.problem.value} /> : <Loading what={live.id} />;
  const Shown = SHOWN[view.value].component;
  return (
    <>
      <Head overview={overview} />
      <nav class="tabs" ref={tabs} aria-label="Views of the run">
        {VIEWS.map((own) => (
          <a
            key={own}
            href={href({ view: own === "course" ? null : own, ...KEPT })}
            aria-current={own === view.value ? "page" : undefined}
          >
            {SHOWN[own].title}
          </a>
        ))}
      </nav>
      {STEPPED.includes(view.value) && <Scrubber />}
      <Shown />
    </>
  );
}

function Head({ overview }: { readonly overview: RunOverview }): VNode {
  const {
    id,
    status,
    stepsDone,
    stepsPlanned,
    pace,
    monitors,
    accuracy,
    agreement,
    earlyStop,
    problem,
    gaps,
  } = overview;
  const facts: readonly (string | null)[] = [
    `step ${stepsDone}${stepsPlanned === null ? "" : ` of ${stepsPlanned}`}`,
    accuracy &&
      `accuracy ${percent(accuracy.last)}, best ${percent(accuracy.best)} at step ${accuracy.bestStep}`,
    agreement === null ? null : `agreement ${percent(agreement)}`,
    pace && `${stepTime(pace.secondsPerStep)} a step`,
    pace?.tokensPerSecond == null ? null : `${plainNumber(Math.round(pace.tokensPerSecond))} tokens a second`,
    pace?.secondsLeft == null ? null : `${duration(pace.secondsLeft)} left`,
  ];
  return (
    <header class="run-head">
      <h1>{id}</h1>
      <p class="facts">
        <StatusChip status={status} />
        <VerdictChip monitors={monitors} />
        {facts.map((fact) => fact && <span key={fact.split(" ")[0]}>{fact}</span>)}
      </p>
      {earlyStop && (
        <p class="warning">
          {`${earlyStop.reason} ${earlyStop.stopped ? "It was stopped" : "It went on"} at step ${earlyStop.step}; the model of step ${earlyStop.restored} was restored.`}
        </p>
      )}
      {problem !== null && <p class="warning">{problem}</p>}
      <Gaps gaps={gaps} />
    </header>
  );
}

/** Steps of small models take less than what a tenth of a second tells. */
const stepTime = (seconds: number): string =>
  seconds < 1 ? `${Math.round(1000 * seconds)} ms` : duration(seconds);
