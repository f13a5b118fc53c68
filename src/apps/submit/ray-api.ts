/** The Jobs API of a Ray cluster (Ray 2.58): packages, jobs, their logs. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { type HttpAnswer, httpAnswer } from "../../io/http/request.js";

export interface Ray {
  /** Without a slash at its end. */
  readonly url: string;
  /** Sent with each request, shown never. */
  readonly token: string | undefined;
  /** Seconds for which a cluster that does not answer is asked again. */
  readonly patience: number;
  /** Milliseconds before the first repetition; doubled from there on, to 30 s. */
  readonly waitMs: number;
}

const STATUSES = ["PENDING", "RUNNING", "STOPPED", "SUCCEEDED", "FAILED"] as const;
const jobSchema = z.object({ status: z.enum(STATUSES), message: z.string().nullish() });

export type RayJob = z.output<typeof jobSchema>;
export interface JobRequest {
  readonly entrypoint: string;
  readonly submission_id: string;
  readonly runtime_env: object;
  readonly metadata: Readonly<Record<string, string>>;
  readonly entrypoint_num_gpus?: number;
}

export const isOver = ({ status }: RayJob): boolean =>
  status === "STOPPED" || status === "SUCCEEDED" || status === "FAILED";

/** Milliseconds that one answer may take. */
const TIMEOUT = 120_000;
const LONGEST_WAIT = 30_000;

interface Sent {
  readonly method?: string;
  readonly body?: string | Uint8Array;
  /** Statuses that are answers too, beside those of success. */
  readonly also?: readonly number[];
}

/** Whether the package is there; this also keeps it there for a while. */
export const hasPackage = async (ray: Ray, name: string, signal: AbortSignal): Promise<boolean> =>
  (await ask(ray, `/api/packages/gcs/${name}`, { also: [404] }, signal)).status !== 404;

export async function uploadPackage(
  ray: Ray,
  name: string,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  await ask(ray, `/api/packages/gcs/${name}`, { method: "PUT", body: bytes }, signal);
}

/**
 * Submits a job under a name of ours. Where the answer is lost, the job is looked for before it is sent again, so that none is submitted
 * twice. Throws as `ask`, and `ray-job-exists` where the name was taken before.
 */
export async function submitJob(ray: Ray, job: JobRequest, signal: AbortSignal): Promise<void> {
  if (await findJob(ray, job.submission_id, signal)) throw exists(job.submission_id);
  for (let attempt = 0; ; attempt++) {
    try {
      const body = JSON.stringify(job);
      await ask({ ...ray, patience: 0 }, "/api/jobs/", { method: "POST", body }, signal);
      return;
    } catch (error) {
      if (!(error instanceof SelftrainError) || error.code !== "ray-unreachable" || attempt >= 5) throw error;
      await sleep(waitOf(ray, attempt), undefined, { signal });
      if (await findJob(ray, job.submission_id, signal)) return;
    }
  }
}

/** Null where there is none of that name. */
export async function findJob(ray: Ray, id: string, signal: AbortSignal): Promise<RayJob | null> {
  const { status, text } = await ask(ray, `/api/jobs/${encodeURIComponent(id)}`, { also: [404] }, signal);
  return status === 404 ? null : read(ray, text, jobSchema);
}

/** All that the job has printed so far. */
export async function logsOf(ray: Ray, id: string, signal: AbortSignal): Promise<string> {
  const { text } = await ask(ray, `/api/jobs/${encodeURIComponent(id)}/logs`, {}, signal);
  return read(ray, text, z.object({ logs: z.string().nullish() })).logs ?? "";
}

export async function stopJob(ray: Ray, id: string, signal: AbortSignal): Promise<void> {
  await ask(ray, `/api/jobs/${encodeURIComponent(id)}/stop`, { method: "POST" }, signal);
}

function read<T>({ url }: Ray, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "ray-answer",
        message: "the answer is not one of Ray's Jobs API",
        found: text.slice(0, 200),
        where: url,
        remedy: "give the URL of the cluster's dashboard, by default port 8265 of its head",
      },
      { cause },
    );
  }
}

const waitOf = ({ waitMs }: Ray, attempt: number): number =>
  Math.min(LONGEST_WAIT, waitMs * 2 ** Math.min(attempt, 20));

/** Statuses from which the server, or what is between, may recover. */
const PASSING = new Set([408, 429, 502, 503, 504]);
/** A cluster that has just started has no agent yet that starts jobs, and says so with status 500. */
const passing = ({ status, text }: HttpAnswer): boolean =>
  PASSING.has(status) || (status === 500 && text.includes("try again later"));

/** Throws `ray-unreachable` after `patience` seconds, `ray-unauthorised`, and `ray-refused`. */
async function ask(ray: Ray, path: string, sent: Sent, signal: AbortSignal): Promise<HttpAnswer> {
  const begun = Date.now();
  for (let attempt = 0; ; attempt++) {
    const answer = await once(ray, path, sent, signal);
    if (typeof answer !== "string" && !passing(answer)) return checked(ray, answer, sent);
    const found = typeof answer === "string" ? answer : `status ${answer.status}`;
    const wait = waitOf(ray, attempt);
    if (Date.now() + wait - begun > 1000 * ray.patience) throw unreachable(ray, found);
    await sleep(wait, undefined, { signal });
  }
}

/** The answer; or why there is none. */
async function once(
  { url, token }: Ray,
  path: string,
  { method = "GET", body }: Sent,
  signal: AbortSignal,
): Promise<HttpAnswer | string> {
  const headers = {
    "user-agent": "selftrain",
    ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  try {
    return await httpAnswer(`${url}${path}`, { method, headers, body, timeoutMs: TIMEOUT, signal });
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).name === "TimeoutError"
      ? `no answer within ${TIMEOUT / 1000} s`
      : (error as Error).message;
  }
}

function checked({ url, token }: Ray, answer: HttpAnswer, { also = [] }: Sent): HttpAnswer {
  const { status, text } = answer;
  if ((status >= 200 && status < 300) || also.includes(status)) return answer;
  if (status === 401 || status === 403)
    throw new SelftrainError({
      code: "ray-unauthorised",
      message: `the cluster ${token === undefined ? "wants a token" : "does not take the token of RAY_AUTH_TOKEN"}`,
      found: `status ${status}`,
      where: url,
      remedy: "put the cluster's token into the environment variable RAY_AUTH_TOKEN",
    });
  throw new SelftrainError({
    code: "ray-refused",
    message: "the cluster refused",
    // A traceback ends with what is wrong; and what a server repeats is not to show the token.
    found: `status ${status}: ${redacted(text, token).trim().slice(-500)}`,
    where: url,
    remedy: "see what it says; its dashboard has the rest",
  });
}

const redacted = (text: string, token: string | undefined): string =>
  token === undefined || token === "" ? text : text.replaceAll(token, "…");

const unreachable = ({ url }: Ray, found: string): SelftrainError =>
  new SelftrainError({
    code: "ray-unreachable",
    message: "the cluster does not answer",
    found,
    where: url,
    remedy:
      "check the URL of its dashboard and the way there; a job that was submitted goes on, and --attach follows it again",
  });

const exists = (id: string): SelftrainError =>
  new SelftrainError({
    code: "ray-job-exists",
    message: "the cluster has a job of that name already",
    found: id,
    where: "id",
    remedy: "give another --id, or follow that job with --attach",
  });
