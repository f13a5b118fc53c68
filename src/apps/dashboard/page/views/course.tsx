/** One run over its steps: the gap, the alarms, the phases, and whatever else was measured. */
import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { PhaseList } from "../../../report/view/phases.js";
import { Gaps } from "../parts/problem.js";
import { SeriesPlot, type SeriesPlotSpec } from "../parts/series-plot.js";
import { logarithmic, run, smoothing } from "../state/here.js";
import { catalogue } from "../state/server.js";
import { go } from "../state/url.js";
import { AlarmList } from "./alarms.js";

const GAP: SeriesPlotSpec = {
  title: "Reward and accuracy",
  help: "What training maximises, and what it is meant to raise. What the reward exceeds accuracy by is shaded: there it is hacked. Flags are alarms, the ribbon the phases.",
  curves: [
    { name: "step.reward", arm: "fixedTeacher", label: "reward", dash: [] },
    { name: "step.accuracy", arm: "srt", label: "true accuracy", dash: [6, 4] },
  ],
  range: [0, 1],
  unit: "share",
  shade: true,
  wide: true,
};

/** Read first; what a run does not have is left out. */
const PANELS: readonly SeriesPlotSpec[] = [
  {
    title: "What was paid wrongly",
    help: "The gap in its two parts: pay of wrong rollouts, and right rollouts without pay.",
    curves: [
      { name: "step.paidWrong", arm: "fixedTeacher", label: "wrong, paid" },
      { name: "step.unpaidRight", arm: "srt", label: "right, unpaid" },
    ],
  },
  {
    title: "Agreement, and how much of it needs no prompt",
    help: "Agreement rises in good runs and in collapses; φ, the part of it that needs no prompt, in collapses alone.",
    curves: [
      { name: "step.agreement", arm: "srt", label: "agreement" },
      { name: "step.promptFreeAgreement", arm: "mitigated", label: "φ" },
    ],
  },
  {
    title: "Held-out accuracy",
    help: "Evaluations: the mean of samples, and of their majority.",
    curves: [
      { name: "eval.mean", arm: "srt", label: "mean@k" },
      { name: "eval.maj", arm: "groundTruth", label: "maj@k" },
    ],
  },
  { curves: [{ name: "step.entropy", arm: "srt" }] },
  { curves: [{ name: "step.kl", arm: "srt" }] },
  { curves: [{ name: "step.meanLength", arm: "srt" }] },
  { curves: [{ name: "step.topShare", arm: "mitigated" }] },
  { curves: [{ name: "step.noAnswerShare", arm: "extra2" }] },
  { curves: [{ name: "step.loss", arm: "base" }] },
  { curves: [{ name: "step.gradNorm", arm: "base" }] },
  { curves: [{ name: "probe.flipRate", arm: "mitigated" }] },
  {
    title: "Seconds of a step",
    help: "All of a step, and what of it was sampling.",
    curves: [
      { name: "step.time.seconds", arm: "base", label: "step" },
      { name: "step.time.sampleSeconds", arm: "srt", label: "sampling" },
    ],
  },
  {
    title: "Throughput",
    help: "Tokens of a step by its seconds.",
    curves: [{ name: "step.time.tokensPerSecond", arm: "groundTruth", label: "tokens a second" }],
  },
];

const SHOWN = new Set([GAP, ...PANELS].flatMap(({ curves }) => curves.map(({ name }) => name)));

export function CourseView(): VNode {
  const live = run.value!;
  const overview = live.overview.value!;
  const alarms = live.alarms.value;
  const marks = live.marks.value;
  const flags = useMemo(() => alarms.map(({ step, text }) => ({ step, text })), [alarms]);
  const has = (name: string): boolean => overview.series.includes(name);
  const panels = PANELS.map((spec) => ({
    ...spec,
    curves: spec.curves.filter(({ name }) => has(name)),
  })).filter(({ curves }) => curves.length > 0);
  const gap = {
    ...GAP,
    curves: GAP.curves.filter(({ name }) => has(name)),
    shade: GAP.curves.every(({ name }) => has(name)),
  };
  const phases = marks?.phases ?? null;
  return (
    <>
      <ChartOptions />
      {gap.curves.length > 0 && <SeriesPlot spec={gap} marks={flags} phases={phases?.spans ?? []} />}
      {phases !== null && phases.spans.length > 0 && (
        <details class="fold">
          <summary>Phases</summary>
          <PhaseList spans={phases.spans} labelled={phases.labelled} window={phases.window} />
        </details>
      )}
      <Gaps gaps={marks?.gaps} />
      {live.damaged.value.length > 0 && (
        <ul class="gaps">
          {live.damaged.value.map(({ line, why }) => (
            <li key={line}>
              Line {line} of metrics.jsonl is left out: {why}
            </li>
          ))}
        </ul>
      )}
      <AlarmList alarms={alarms} verdict={overview.monitors} />
      <div class="panels">
        {panels.map((spec) => (
          <SeriesPlot spec={spec} key={spec.curves[0]!.name} />
        ))}
      </div>
      <EveryMetric series={overview.series.filter((name) => !SHOWN.has(name))} />
    </>
  );
}

function ChartOptions(): VNode {
  return (
    <div class="options">
      <label>
        smoothing{" "}
        <input
          type="range"
          min="0"
          max="0.95"
          step="0.05"
          value={smoothing.value}
          onInput={(event) => go({ smooth: Number(event.currentTarget.value) || null }, { replace: true })}
        />{" "}
        <output>{smoothing.value}</output>
      </label>
      <label>
        <input
          type="checkbox"
          checked={logarithmic.value}
          onChange={(event) => go({ log: event.currentTarget.checked }, { replace: true })}
        />{" "}
        log scale
      </label>
    </div>
  );
}

/** The others, section by section as the catalogue has them; drawn when they are opened. */
function EveryMetric({ series }: { readonly series: readonly string[] }): VNode | null {
  const sections = catalogue.value?.sections ?? [];
  const named = sections.map(({ title, metrics }) => ({
    title,
    series: series.filter((name) => Object.hasOwn(metrics, name.split(".").slice(1).join("."))),
  }));
  const known = new Set(named.flatMap((section) => section.series));
  const all = [
    ...named,
    { title: "Times, interval ends and other metrics", series: series.filter((name) => !known.has(name)) },
  ];
  return (
    <>
      {all
        .filter((section) => section.series.length > 0)
        .map((section) => (
          <Section {...section} key={section.title} />
        ))}
    </>
  );
}

function Section({ title, series }: { readonly title: string; readonly series: readonly string[] }): VNode {
  const [opened, setOpened] = useState(false);
  return (
    <details class="fold" onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>
        {title} <span class="note">{series.length}</span>
      </summary>
      {opened && (
        <div class="panels">
          {series.map((name) => (
            <SeriesPlot spec={{ curves: [{ name, arm: "srt" }] }} key={name} />
          ))}
        </div>
      )}
    </details>
  );
}
