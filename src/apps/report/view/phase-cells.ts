/** The phases of a run as cells of a ribbon, and in words. */
import type { Phase } from "../../../core/monitor/course/phases.js";

/** A phase from one step to another, both included. */
export interface PhaseStretch {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

/** Phases that say that the run went wrong. */
export const WRONG: readonly Phase[] = ["hacking", "collapsed"];

/** Variables of the style sheet. */
export const PHASE_COLORS: Readonly<Record<Phase, string>> = {
  improving: "good",
  saturated: "srt",
  hacking: "fixedTeacher",
  collapsed: "bad",
  recovering: "mitigated",
  undecided: "line",
};

/** CSS classes `.phase-hacking{fill:…}`. */
export const phaseClasses = (): string =>
  Object.entries(PHASE_COLORS)
    .map(([phase, name]) => `.phase-${phase}{fill:var(--${name})}`)
    .join("\n");

/** Phase of each of `cells` cells over the steps, at most one a step: that of its middle step. */
export function ribbonCells(
  spans: readonly PhaseStretch[],
  steps: readonly number[],
  cells: number,
): Phase[] {
  const count = Math.min(cells, steps.length);
  return Array.from({ length: count }, (_, i) => {
    const step = steps[Math.floor(((i + 0.5) * steps.length) / count)]!;
    return spans.find(({ from, to }) => from <= step && step <= to)?.phase ?? "undecided";
  });
}

/** Of many short spans, as at the edge of a phase, the phases with all their stretches: `hacking 21–28, 31–33`. */
export function phaseStretches(spans: readonly PhaseStretch[]): { phase: Phase; stretches: string[] }[] {
  const phases = new Map<Phase, string[]>();
  for (const { phase, from, to } of spans) {
    const stretch = from === to ? `${from}` : `${from}–${to}`;
    const known = phases.get(phase);
    if (known === undefined) phases.set(phase, [stretch]);
    else known.push(stretch);
  }
  return [...phases].map(([phase, stretches]) => ({ phase, stretches }));
}
