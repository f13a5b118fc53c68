/** What a server does not do for a request: an error with its HTTP status. */
import { type ErrorDetails, SelftrainError } from "../../errors.js";

export class Refusal extends SelftrainError {
  readonly status: number;
  /** Headers that belong to the status: `allow` with 405, `retry-after` with 503. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, details: ErrorDetails, headers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.status = status;
    this.headers = headers;
  }
}
