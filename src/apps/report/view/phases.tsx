/** The ribbon of phases, and in words from which step to which. A dark edge below says a second time that a phase is one of the bad ones. */
import type { VNode } from "preact";
import type { Phase } from "../../../core/monitor/course/phases.js";
import { round } from "./axes.js";
import { type PhaseStretch, phaseStretches, ribbonCells, WRONG } from "./phase-cells.js";

const CELLS = 240;
const HEIGHT = 18;
const EDGE = 4;

export const PHASE_MEANING: Readonly<Record<Phase, string>> = {
  improving: "accuracy rises",
  saturated: "neither reward nor accuracy moves",
  hacking: "the reward rises while accuracy falls",
  collapsed:
    "accuracy is below where it began by 5 points and two standard errors, or most agreement has come to need no prompt",
  recovering: "accuracy rises after it was lost",
  undecided: "none of the others beyond chance",
};

/** The ribbon alone; `steps` are ascending, at least one. */
export function PhaseBand({
  spans,
  steps,
}: {
  readonly spans: readonly PhaseStretch[];
  readonly steps: readonly number[];
}): VNode {
  const cells = ribbonCells(spans, steps, CELLS);
  const width = 1000 / cells.length;
  // One rectangle a stretch: between two of the same colour a seam would show.
  const starts = cells.flatMap((phase, i) => (phase === cells[i - 1] ? [] : [i]));
  const label = phaseStretches(spans)
    .map(({ phase, stretches }) => `${phase} at steps ${stretches.join(", ")}`)
    .join("; ");
  return (
    <svg
      class="ribbon"
      viewBox={`0 0 1000 ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {starts.map((at, i) => {
        const phase = cells[at]!;
        const place = { x: round(at * width), width: round(((starts[i + 1] ?? cells.length) - at) * width) };
        return (
          <>
            <rect class={`phase-${phase}`} {...place} height={HEIGHT}>
              <title>{phase}</title>
            </rect>
            {WRONG.includes(phase) && <rect class="edge" {...place} y={HEIGHT - EDGE} height={EDGE} />}
          </>
        );
      })}
    </svg>
  );
}

export function PhaseRibbon(props: {
  readonly spans: readonly PhaseStretch[];
  readonly steps: readonly number[];
}): VNode {
  return (
    <>
      <PhaseBand {...props} />
      <div class="ribbon-ends">
        <span>step {props.steps[0]!}</span>
        <span>step {props.steps.at(-1)!}</span>
      </div>
    </>
  );
}

const MOST = 6;
const shown = (stretches: readonly string[]): string =>
  stretches.length > MOST
    ? `${stretches.slice(0, MOST).join(", ")} and ${stretches.length - MOST} more`
    : stretches.join(", ");

export function PhaseList({
  spans,
  labelled,
  window,
}: {
  readonly spans: readonly PhaseStretch[];
  /** Whether the phases rest on true answers. */
  readonly labelled: boolean;
  readonly window: number;
}): VNode {
  const meaning = (phase: Phase): string =>
    phase === "collapsed" && !labelled
      ? "most agreement has come to need no prompt (φ above ½)"
      : PHASE_MEANING[phase];
  return (
    <>
      <ul class="phase-list">
        {phaseStretches(spans).map(({ phase, stretches }) => (
          <li>
            <svg class="mark" viewBox="0 0 10 10" aria-hidden="true">
              <rect class={`phase-${phase}`} width="10" height="10" rx="2" />
              {WRONG.includes(phase) && <rect class="edge" y="7" width="10" height="3" />}
            </svg>
            <span>
              <b>{phase}</b> {shown(stretches)} <span class="note">{meaning(phase)}</span>
            </span>
          </li>
        ))}
      </ul>
      <p class="note">
        Slopes and levels over {window} steps, with 95% intervals from a bootstrap over prompts.
      </p>
    </>
  );
}
