/**
 * Errors are data: a stable code, what was found, what was expected, where, and what to do about it.
 * The command line prints them without a stack; a program reads the fields.
 */
import { plain } from "./plain.js";

export interface ErrorDetails {
  /** Stable kebab-case identifier, for example `config-unknown-key`. */
  readonly code: string;
  /** One sentence saying what went wrong. */
  readonly message: string;
  /** The value or state that was met. */
  readonly found?: unknown;
  /** What would have been accepted. */
  readonly expected?: unknown;
  /** File, row, key, tensor or step where it happened. */
  readonly where?: string;
  /** What the user can do about it. */
  readonly remedy: string;
}

/** A failure that the user, or the program that called us, can understand and mend. */
export class SelftrainError extends Error implements ErrorDetails {
  readonly code: string;
  readonly found?: unknown;
  readonly expected?: unknown;
  readonly where?: string;
  readonly remedy: string;

  constructor(details: ErrorDetails, options?: { cause?: unknown }) {
    super(details.message, options);
    this.name = "SelftrainError";
    this.code = details.code;
    this.remedy = details.remedy;
    if (details.found !== undefined) this.found = details.found;
    if (details.expected !== undefined) this.expected = details.expected;
    if (details.where !== undefined) this.where = details.where;
  }

  /** The fields as plain data, to cross a thread or a pipe: `found` may hold anything that data hold. */
  toJSON(): ErrorDetails {
    const { code, message, found, expected, where, remedy } = this;
    return {
      code,
      message,
      remedy,
      ...(found === undefined ? {} : { found: plain(found) }),
      ...(expected === undefined ? {} : { expected: plain(expected) }),
      ...(where === undefined ? {} : { where }),
    };
  }
}
