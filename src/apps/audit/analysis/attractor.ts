/** The answer that took over, if one did: what grew most over its share in the first steps. */
import type { StepFigures } from "./step-figures.js";
import { smoothingWindow } from "./windows.js";

export interface Attractor {
  readonly answer: string;
  /** Mean excess over its share in the reference, and the standard error of the last step's. */
  readonly excess: number;
  readonly error: number;
}

/** Standard errors that it must exceed its reference by. */
const ERRORS = 2;

/** The answer that exceeds its reference most at most of the last steps, where it does so by more than chance; null where none does. */
export function attractorOf(course: readonly StepFigures[]): Attractor | null {
  const last = course.slice(-smoothingWindow(course.length)).flatMap(({ excess }) => excess ?? []);
  const answer = [...new Set(last.map((one) => one.answer))].find(
    (one) => 2 * last.filter((other) => other.answer === one).length > last.length,
  );
  if (answer === undefined) return null;
  const own = last.filter((one) => one.answer === answer);
  const excess = own.reduce((sum, one) => sum + one.excess, 0) / own.length;
  const error = own.at(-1)!.error;
  return excess > ERRORS * error ? { answer, excess, error } : null;
}
