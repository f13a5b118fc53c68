/** What can go wrong between us and a server, as errors. */
import { type ErrorDetails, SelftrainError } from "../../../errors.js";

export const replyLost = (where: string, found: string): SelftrainError =>
  new SelftrainError({
    code: "tinker-reply-lost",
    message: "the answer was lost, and this server would do the same thing twice if it were asked again",
    found,
    where,
    remedy: "resume the run: it goes on from its last checkpoint",
  });

export const unreachable = (where: string, found: string, cause?: unknown): SelftrainError =>
  new SelftrainError(
    {
      code: "tinker-unreachable",
      message: "the training server gives no answer",
      found,
      expected: "a server that speaks the Tinker protocol",
      where,
      remedy: "check engine.url (or TINKER_BASE_URL) and that the server runs; then resume the run",
    },
    { cause },
  );

export const answerGone = (where: string): SelftrainError =>
  new SelftrainError({
    code: "tinker-answer-gone",
    message: "the server does not keep this answer any more",
    where,
    remedy: "resume the run: it goes on from its last checkpoint",
  });

/** Sessions and models that a server has forgotten: it was restarted, or heard nothing for too long. */
export const modelLost = (where: string, found: string): SelftrainError =>
  new SelftrainError({
    code: "tinker-model-lost",
    message: "the server does not know the session or the model any more",
    found,
    where,
    remedy: "resume the run: it goes on from its last checkpoint",
  });

function keyRefused(where: string, found: string): SelftrainError {
  return new SelftrainError({
    code: "tinker-key-refused",
    message: "the server does not accept the key",
    found,
    where,
    remedy: "put the server's key into TINKER_API_KEY",
  });
}

const FORGOTTEN = /not (?:found|loaded|known)|unknown (?:session|model|future|request)|expired|no such/i;

/** What a server that said no has meant. `status` 0: it said so in the place of a result. */
export function refused(
  where: string,
  status: number,
  said: string,
  own: ErrorDetails | null,
): SelftrainError {
  if (own !== null) return new SelftrainError({ ...own, where: own.where ?? where });
  const found = status === 0 ? said : `${status}: ${said}`;
  if (status === 401 || status === 403) return keyRefused(where, found);
  if ((status === 404 || status === 400 || status === 0) && FORGOTTEN.test(said))
    return modelLost(where, found);
  return new SelftrainError({
    code: "tinker-refused",
    message: "the server refuses this",
    found,
    where,
    remedy: "change what the server names, or choose another server",
  });
}

/** The details of one of our own errors within what a server sent; null where it is another's. */
export function ownDetails(fields: Readonly<Record<string, unknown>>): ErrorDetails | null {
  const own = fields.selftrain ?? fields.error;
  if (typeof own !== "object" || own === null) return null;
  const { code, message, remedy, found, expected, where } = own as Record<string, unknown>;
  if (typeof code !== "string" || typeof message !== "string" || typeof remedy !== "string") return null;
  return {
    code,
    message,
    remedy,
    ...(found === undefined ? {} : { found }),
    ...(expected === undefined ? {} : { expected }),
    ...(typeof where === "string" ? { where } : {}),
  };
}
