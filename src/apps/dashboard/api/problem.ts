/** What every answer of the server that is no success holds, with its HTTP status: 400, 401, 403, 404, 405, 409, 413, 422, 500 or 503. */

import type { ErrorDetails } from "../../../errors.js";

/** An error as data: a stable code, what was found, what was expected, where, and what to do about it. */
export type Problem = ErrorDetails;

/** The body of an answer that is no success. */
export interface ProblemReply {
  readonly error: Problem;
}

/**
 * Header that every request other than GET must have, with any value: no page of another site can send it without being asked first. Without it
 * the answer is 403 `marker-missing`.
 */
export const MARKER_HEADER = "x-selftrain";

/** Something that a reader of this part should know and that stops nothing: what is missing, cut short or left out, and why. */
export interface Gap {
  readonly code: string;
  /** One sentence. */
  readonly message: string;
}
