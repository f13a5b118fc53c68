/** The phases of a run as a ribbon: each cell the phase of its middle step. */
import type { Phase } from "../../core/monitor/course/phases.js";
import type { AuditedSpan } from "./analysis/phases.js";

/** Phase of each of `cells` cells over the steps, at most one a step. */
export function ribbonCells(spans: readonly AuditedSpan[], steps: readonly number[], cells: number): Phase[] {
  const count = Math.min(cells, steps.length);
  return Array.from({ length: count }, (_, i) => {
    const step = steps[Math.floor(((i + 0.5) * steps.length) / count)]!;
    return spans.find(({ from, to }) => from <= step && step <= to)!.phase;
  });
}

/** Of many short spans, as at the edge of a phase, the phases with all their stretches: `hacking 21–28, 31–33`. */
export function phaseStretches(spans: readonly AuditedSpan[]): { phase: Phase; stretches: string[] }[] {
  const phases = new Map<Phase, string[]>();
  for (const { phase, from, to } of spans) {
    const stretch = from === to ? `${from}` : `${from}–${to}`;
    const known = phases.get(phase);
    if (known === undefined) phases.set(phase, [stretch]);
    else known.push(stretch);
  }
  return [...phases].map(([phase, stretches]) => ({ phase, stretches }));
}
