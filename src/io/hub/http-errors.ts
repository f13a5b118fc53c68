/** What the hub refuses, and what keeps it from being reached, in the user's terms. */
import { SelftrainError } from "../../errors.js";
import { type HubId, shownId } from "./hub-id.js";
import type { HubSettings } from "./settings.js";

/** What a request is about. */
export interface Subject {
  readonly id: HubId;
  /** A file of the repository. */
  readonly file?: string;
}

/** `org/name@revision/file`. */
export function placeOf({ id, file }: Subject): string {
  return file === undefined ? shownId(id) : `${shownId(id)}/${file}`;
}

function pageOf({ id }: Subject, { endpoint }: HubSettings): string {
  return `${endpoint}/${id.type === "dataset" ? "datasets/" : ""}${id.name}`;
}

/** Whether a failure lies in the way to the hub, so that the cache may serve instead. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof SelftrainError && ["hub-unreachable", "hub-rate-limited"].includes(error.code);
}

/** A connection that could not be made, or broke. */
export function unreachable(cause: unknown, subject: Subject, { endpoint }: HubSettings): SelftrainError {
  return new SelftrainError(
    {
      code: "hub-unreachable",
      message: `${endpoint} cannot be reached`,
      found: reasonOf(cause),
      where: placeOf(subject),
      remedy:
        "check the connection and HF_ENDPOINT and run the same command again, or give the path of a local folder",
    },
    { cause },
  );
}

/** The innermost reason: `fetch failed` says nothing, its cause says `ECONNREFUSED`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return reasonOf(error.cause);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}

/** An answer other than success. Its text is the hub's, and may name what the status does not say. */
export function refused(response: Response, subject: Subject, settings: HubSettings): SelftrainError {
  const kind = response.headers.get("x-error-code") ?? "";
  const said = response.headers.get("x-error-message") ?? "";
  const found = `HTTP ${response.status}${said === "" ? "" : `: ${said}`}`;
  const where = placeOf(subject);
  const { type } = subject.id;
  const page = pageOf(subject, settings);
  const { status } = response;
  if (status === 404 || kind === "RepoNotFound") {
    return new SelftrainError({ code: "hub-not-found", found, where, ...notFound(kind, subject, settings) });
  }
  if (status === 401 || status === 403) {
    return new SelftrainError({
      code: "hub-unauthorised",
      found,
      where,
      ...denied(kind, said, subject, settings),
    });
  }
  if (status === 429) {
    return new SelftrainError({
      code: "hub-rate-limited",
      message: "the hub asks for fewer requests",
      found,
      where,
      remedy: `try again ${laterOf(response)}; requests with a token (HF_TOKEN) have a higher limit`,
    });
  }
  if (status >= 500 || status === 408) {
    return new SelftrainError({
      code: "hub-unreachable",
      message: `${settings.endpoint} fails to answer`,
      found,
      where,
      remedy: "try again later",
    });
  }
  return new SelftrainError({
    code: "hub-refused",
    message: `the hub refuses this ${type}`,
    found,
    where,
    remedy: `see ${page}`,
  });
}

type Words = { readonly message: string; readonly remedy: string };

function notFound(kind: string, subject: Subject, settings: HubSettings): Words {
  const { id, file } = subject;
  if (kind === "RevisionNotFound") {
    return {
      message: `${id.name} has no revision ${id.revision ?? "main"} on the hub`,
      remedy: `take a branch, tag or commit of ${pageOf(subject, settings)}/tree/main`,
    };
  }
  if (file !== undefined && kind !== "RepoNotFound") {
    return {
      message: `${id.name} has no file ${file} on the hub`,
      remedy: `see the files of ${pageOf(subject, settings)}/tree/main`,
    };
  }
  return {
    message: `there is no ${id.type} ${id.name} on the hub, or it is private`,
    remedy: `check the spelling${settings.token === null ? "; a private one needs a token in HF_TOKEN" : ", and that the token may read it"}`,
  };
}

function denied(kind: string, said: string, subject: Subject, settings: HubSettings): Words {
  const { id } = subject;
  const page = pageOf(subject, settings);
  if (kind === "GatedRepo") {
    const token = settings.token === null ? ", then set HF_TOKEN to a token of your account" : "";
    return {
      message: `${id.name} asks to accept its conditions first`,
      remedy: `accept the licence at ${page} with your account${token}`,
    };
  }
  if (/invalid credentials/i.test(said)) {
    return {
      message: "the hub does not know the token",
      remedy: `make a new one at ${settings.endpoint}/settings/tokens and set HF_TOKEN, or unset it for what is public`,
    };
  }
  return {
    message: `the hub does not show ${id.name} ${settings.token === null ? "without a token" : "to this token"}`,
    remedy: `check the spelling; for a private or gated ${id.type}, accept the licence at ${page} and set HF_TOKEN`,
  };
}

function laterOf(response: Response): string {
  const seconds = retryAfter(response);
  return seconds === null ? "later" : `in ${Math.ceil(seconds)} s`;
}

/** Seconds that an answer asks to wait: `Retry-After` in seconds or as a date, or `t` of the hub's `RateLimit`. */
export function retryAfter({ headers }: Response): number | null {
  const value = headers.get("retry-after");
  if (value !== null) {
    const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
    return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
  }
  const reset = /(?:^|;)\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  return reset === undefined ? null : Number(reset);
}
