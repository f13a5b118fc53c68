/** Operations that were accepted, and what came of each: kept for the session, and waited for by long polls. */
import { randomUUID } from "node:crypto";
import type { ForwardBackwardOutput, SampleOutput } from "../../engine/tinker/wire/messages.js";
import { type ErrorDetails, SelftrainError } from "../../errors.js";
import { Refusal } from "../../io/http/refusal.js";

export type Result =
  | { readonly kind: "json"; readonly value: object }
  | { readonly kind: "logprobs"; readonly output: ForwardBackwardOutput }
  | { readonly kind: "sample"; readonly output: SampleOutput }
  | { readonly kind: "failed"; readonly error: ErrorDetails; readonly category: "user" | "server" };

interface Operation {
  readonly owner: string;
  readonly done: Promise<Result>;
  result: Result | null;
}

/** Finished operations of one session that are kept; the oldest are forgotten. */
const KEPT = 20_000;

export const failed = (error: unknown): Result => ({
  kind: "failed",
  error:
    error instanceof SelftrainError
      ? error.toJSON()
      : { code: "unexpected", message: (error as Error).message, remedy: "report it" },
  category: error instanceof SelftrainError ? "user" : "server",
});

export class Results {
  readonly #operations = new Map<string, Operation>();

  /** Takes an operation in, and gives it a name. What it throws is its result. */
  add(owner: string, work: Promise<Result>): string {
    const id = randomUUID();
    const operation: Operation = {
      owner,
      result: null,
      done: work.catch(failed).then((result) => {
        operation.result = result;
        return result;
      }),
    };
    this.#operations.set(id, operation);
    this.#forget(owner);
    return id;
  }

  /** The result, or null where there is none after so many milliseconds, or when the client has gone. Throws `tinker-answer-gone` (404). */
  async wait(id: string, milliseconds: number, gone: AbortSignal): Promise<Result | null> {
    const operation = this.#operations.get(id);
    if (!operation) {
      throw new Refusal(404, {
        code: "tinker-answer-gone",
        message: "the server does not keep this answer any more",
        found: id,
        remedy: "resume the run: the server was restarted, or the session has ended",
      });
    }
    if (operation.result) return operation.result;
    let timer: NodeJS.Timeout | undefined;
    let onGone: (() => void) | undefined;
    const ended = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), milliseconds);
      onGone = () => resolve(null);
      gone.addEventListener("abort", onGone);
    });
    try {
      return await Promise.race([operation.done, ended]);
    } finally {
      clearTimeout(timer);
      if (onGone) gone.removeEventListener("abort", onGone);
    }
  }

  /** The session that an operation belongs to; null of one that is not kept. */
  ownerOf(id: string): string | null {
    return this.#operations.get(id)?.owner ?? null;
  }

  /** A session has ended. */
  drop(owner: string): void {
    for (const [id, operation] of this.#operations)
      if (operation.owner === owner) this.#operations.delete(id);
  }

  #forget(owner: string): void {
    if (this.#operations.size <= KEPT) return;
    for (const [id, operation] of this.#operations) {
      if (operation.owner !== owner || operation.result === null) continue;
      this.#operations.delete(id);
      return;
    }
  }
}
