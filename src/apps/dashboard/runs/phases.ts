/** Phases of a run, as an audit tells them. */
import { setImmediate } from "node:timers/promises";
import { sameAnswer } from "../../../core/answer/same.js";
import type { HiddenLabels } from "../../../group.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import type { GroupVote } from "../../../run/store/group-vote.js";
import { type AuditedPhases, auditedPhases, type Course } from "../../audit/analysis/phases.js";
import type { Gap } from "../api/problem.js";
import { numberOf } from "../metrics/columns.js";
import { spread } from "../metrics/thin.js";
import { labelsOf, type OpenRun } from "./open-run.js";

/** Steps that phases are told by: more take an audit, which has the time. */
const MOST_STEPS = 1000;
/** Fewer have no window that slopes could be seen in. */
const LEAST_STEPS = 5;

/** Null where they cannot be told; that, and where not all steps were read, a gap says. */
export async function phasesOf(run: OpenRun, gaps: Gap[]): Promise<AuditedPhases | null> {
  const kept = run.store.rolloutSteps();
  const steps = spread(kept.length, MOST_STEPS).map((at) => kept[at]!);
  if (steps.length < LEAST_STEPS) {
    gaps.push({ code: "no-phases", message: `No phases: the run has ${steps.length} steps with rollouts.` });
    return null;
  }
  if (steps.length < kept.length)
    gaps.push({
      code: "phases-thinned",
      message: `Phases are told by ${steps.length} of ${kept.length} steps, evenly spaced; selftrain audit reads all.`,
    });
  const records = new Map(
    run.records().flatMap((record) => (record.kind === "step" ? [[record.step, record] as const] : [])),
  );
  return run.phases(kept.length, async () => {
    const { labels } = await labelsOf(run, "rollouts");
    const course: Course[number][] = [];
    for (const step of steps) {
      // Whoever asks for something else meanwhile is answered.
      await setImmediate();
      const groups = await run.store.groups(step).catch(() => null);
      if (groups !== null && groups.length > 0)
        course.push(figuresOf(step, groups, labels, records.get(step)));
    }
    return auditedPhases(course);
  });
}

function figuresOf(
  step: number,
  groups: readonly GroupVote[],
  labels: HiddenLabels,
  record: MetricRecord | undefined,
): Course[number] {
  const own = groups.map(({ agreement, reward, promptId, truth: written, samples, answers }) => {
    const truth = written ?? labels.get(promptId) ?? null;
    const right = answers.find(({ answer }) => sameAnswer(answer, truth))?.count ?? 0;
    return { agreement, reward, accuracy: truth === null || samples === 0 ? null : right / samples };
  });
  const known = own.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    step,
    groups: own,
    accuracy: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length,
    promptFreeAgreement: record === undefined ? null : numberOf(record, "promptFreeAgreement"),
  };
}
