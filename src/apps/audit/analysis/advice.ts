/** What to try next, by what the audit saw. */
import { mean, shareOf } from "../../../numbers.js";
import { REMEDIES, type Remedy, type Symptom } from "./advice-data.js";
import type { StepFigures } from "./step-figures.js";
import { smoothingWindow } from "./windows.js";

export type Advice = Omit<Remedy, "symptom">;

/** Share of right majorities at the start below which they are weak, and shares of the others at which a symptom is one. */
const WEAK_MAJORITY = 0.8;
const NO_ANSWER = 0.2;
const UNANIMOUS = 0.9;

export function adviceFor(course: readonly StepFigures[], wrong: boolean): Advice[] {
  const window = smoothingWindow(course.length);
  const [first, last] = [course.slice(0, window), course.slice(-window)];
  const votes = first.flatMap(({ groups }) => groups.flatMap(({ right }) => (right === null ? [] : [right])));
  const seen: Readonly<Record<Symptom, boolean>> = {
    wrong,
    "weak-majority": votes.length > 0 && shareOf(votes, (right) => right) < WEAK_MAJORITY,
    "no-answers": mean(last.map(({ noAnswerShare }) => noAnswerShare)) > NO_ANSWER,
    unanimous: !wrong && mean(last.flatMap(({ unanimousShare }) => unanimousShare ?? [])) > UNANIMOUS,
    "no-truth": course.every(({ accuracy }) => accuracy === null),
  };
  return REMEDIES.filter(({ symptom }) => seen[symptom]).map(({ what, effect, page }) => ({
    what,
    effect,
    page,
  }));
}
