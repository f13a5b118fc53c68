/**
 * What a step's answers are held against: those of the first steps of its stage. They are read off the rollouts that the run has written, so that
 * there is no state that could be lost, and a resumed run has the same.
 */
import type { AnsweredGroup } from "../../core/monitor/group.js";
import {
  type AnswerReference,
  REFERENCE_STEPS,
  referenceOf,
} from "../../core/monitor/label-free/reference.js";

/** The answers to a step's first batch; null where they are lost. */
export type AnswersOfStep = (step: number) => Promise<readonly AnsweredGroup[] | null>;

export class AnswerReferences {
  readonly #answersOf: AnswersOfStep;
  /** Of one stage, by the steps that were done when it began. */
  #known: { since: number; reference: AnswerReference | undefined } | null = null;

  constructor(answersOf: AnswersOfStep) {
    this.#answersOf = answersOf;
  }

  /** Of a step whose stage began when `since` were done: null at the first steps, undefined where one of them was lost. */
  async at(step: number, since: number): Promise<AnswerReference | null | undefined> {
    if (step <= since + REFERENCE_STEPS) return null;
    if (this.#known?.since !== since) this.#known = { since, reference: await this.#read(since) };
    return this.#known.reference;
  }

  async #read(since: number): Promise<AnswerReference | undefined> {
    const steps: (readonly AnsweredGroup[])[] = [];
    for (let step = since + 1; step <= since + REFERENCE_STEPS; step++) {
      const groups = await this.#answersOf(step);
      if (groups === null) return undefined;
      steps.push(groups);
    }
    return referenceOf(steps);
  }
}
