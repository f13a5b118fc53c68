/** A whole run as figures, read one step at a time: answers are let go as soon as they were counted. */
import {
  type AnswerReference,
  REFERENCE_STEPS,
  referenceOf,
} from "../../../core/monitor/label-free/reference.js";
import type { AuditSource, AuditStep } from "../source.js";
import { LabelErrors, type SplitError } from "./label-errors.js";
import { type StepFigures, stepFigures } from "./step-figures.js";

/** Figures of the source's steps; the answers of a stage's first steps are the reference for the others. */
export async function readCourse(source: AuditSource): Promise<StepFigures[]> {
  const figures: StepFigures[] = [];
  const errors = new LabelErrors();
  let waiting: { readonly step: AuditStep; readonly error: SplitError }[] = [];
  let reference: AnswerReference | null = null;
  let stage: number | undefined;
  const settle = () => {
    if (waiting.length === 0) return;
    reference = referenceOf(waiting.map(({ step }) => step.groups));
    for (const { step, error } of waiting) figures.push(stepFigures(step, null, error));
    waiting = [];
  };
  for await (const read of source.steps()) {
    const step = { ...read, groups: read.groups.filter(({ answers }) => answers.length > 0) };
    if (step.groups.length === 0) continue;
    // Another stage of a curriculum has other prompts, and so other answers.
    if (step.logged.stage !== stage) {
      settle();
      reference = null;
      stage = step.logged.stage;
    }
    const error = errors.take(step.groups);
    if (reference !== null) {
      figures.push(stepFigures(step, reference, error));
      continue;
    }
    waiting.push({ step, error });
    if (waiting.length === REFERENCE_STEPS) settle();
  }
  settle();
  return figures;
}
