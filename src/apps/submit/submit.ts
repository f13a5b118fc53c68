/** A job folder packed, uploaded, submitted and followed. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SubmitConfig } from "../../config/submit-config.js";
import { SelftrainError } from "../../errors.js";
import { manifestOf, packJob } from "./package.js";
import {
  findJob,
  hasPackage,
  isOver,
  logsOf,
  type Ray,
  type RayJob,
  stopJob,
  submitJob,
  uploadPackage,
} from "./ray-api.js";

export interface SubmitOptions {
  /** Values of the environment; the token is taken from there. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal;
  /** What the job prints, as it comes. */
  readonly onLog: (text: string) => void;
  /** What is done, a line each. */
  readonly onProgress: (text: string) => void;
  /** Milliseconds between two looks at the job, at first, and before a repetition. */
  readonly pollMs?: number;
}

export interface Submitted {
  readonly id: string;
  /** As Ray has it; `LEFT` where it was left behind by Ctrl-C. */
  readonly status: RayJob["status"] | "LEFT";
  readonly message: string | null;
}

const POLL = 1000;
/** A log is sent whole each time, so that a long one is asked for less often. */
const BYTES_A_POLL = 2 ** 18;
/** Stopping is worth a while, though the user wants to leave. */
const STOPPING = 30;

/**
 * Submits the job, or goes on with one, and follows it. Throws as packing and Ray's answers do, `job-entrypoint`, and `ray-job-failed` and
 * `ray-job-stopped` where it ends so.
 */
export async function submit(config: SubmitConfig, options: SubmitOptions): Promise<Submitted> {
  const { env, signal, pollMs = POLL } = options;
  const token = env.RAY_AUTH_TOKEN?.trim() || undefined;
  const ray: Ray = { url: withoutSlash(config.ray), token, patience: config.patience, waitMs: pollMs };
  noticeOpen(ray, options);
  const id = config.attach ?? (await begin(ray, config, options));
  if (!config.follow) {
    const job = await findJob(ray, id, signal);
    return { id, status: job?.status ?? "PENDING", message: null };
  }
  try {
    return ended(ray, id, await followed(ray, id, options));
  } catch (error) {
    if (!signal.aborted) throw error;
    return leave(ray, id, config, options);
  }
}

const withoutSlash = (url: string): string => (url.endsWith("/") ? url.slice(0, -1) : url);

/** A token that anyone on the way can read is as good as none. */
function noticeOpen({ url, token }: Ray, { onProgress }: SubmitOptions): void {
  const { protocol, hostname } = new URL(url);
  if (token === undefined || protocol === "https:" || /^(localhost|127\.|\[::1\])/.test(hostname)) return;
  onProgress(
    `note[ray-token-open]: RAY_AUTH_TOKEN is sent to ${hostname} unencrypted; an https URL, or a tunnel, hides it`,
  );
}

async function begin(
  ray: Ray,
  { job, entrypoint, gpus, env, id }: SubmitConfig,
  options: SubmitOptions,
): Promise<string> {
  const { signal, onProgress } = options;
  const folder = job!;
  const manifest = manifestOf(folder);
  const command = entrypoint ?? manifest?.entrypoint;
  if (command === undefined)
    throw new SelftrainError({
      code: "job-entrypoint",
      message: "nothing says what the job runs",
      found: "a folder without job.json",
      where: folder,
      remedy: "give --entrypoint, or name a folder that `selftrain handoff` wrote",
    });
  const { name, files, bytes } = packJob(folder);
  const size = `${files} files, ${(bytes.length / 2 ** 20).toFixed(1)} MiB`;
  if (await hasPackage(ray, name, signal)) onProgress(`${size}: on the cluster already`);
  else {
    onProgress(`uploading ${size}`);
    await uploadPackage(ray, name, bytes, signal);
  }
  const submission = id ?? `selftrain-${randomBytes(6).toString("hex")}`;
  const wanted = gpus ?? manifest?.entrypointGpus;
  await submitJob(
    ray,
    {
      entrypoint: command,
      submission_id: submission,
      runtime_env: {
        working_dir: `gcs://${name}`,
        ...(Object.keys(env).length === 0 ? {} : { env_vars: env }),
      },
      metadata: { submitted_by: "selftrain" },
      ...(wanted === undefined || wanted === 0 ? {} : { entrypoint_num_gpus: wanted }),
    },
    signal,
  );
  onProgress(`submitted ${submission}`);
  return submission;
}

/** Prints what is new until the job is over. */
async function followed(
  ray: Ray,
  id: string,
  { signal, onLog, pollMs = POLL }: SubmitOptions,
): Promise<RayJob> {
  let printed = "";
  for (;;) {
    // In this order, so that what was printed last is not missed.
    const job = await findJob(ray, id, signal);
    if (job === null) throw gone(ray, id);
    const log = await logsOf(ray, id, signal);
    // Where the machine that held it was lost, another log begins.
    const fresh = log.startsWith(printed) ? log.slice(printed.length) : log;
    if (fresh !== "") onLog(fresh);
    printed = log;
    if (isOver(job)) return job;
    await sleep(pollMs * (1 + log.length / BYTES_A_POLL), undefined, { signal });
  }
}

function ended({ url }: Ray, id: string, { status, message }: RayJob): Submitted {
  if (status === "SUCCEEDED") return { id, status, message: message ?? null };
  const failed = status === "FAILED";
  throw new SelftrainError({
    code: failed ? "ray-job-failed" : "ray-job-stopped",
    message: failed ? `the job ${id} failed` : `the job ${id} was stopped`,
    ...(message ? { found: message.trim().slice(-500) } : {}),
    where: url,
    remedy: failed ? "its log says why; mend that and submit it again" : "submit it again",
  });
}

/** What Ctrl-C does. */
async function leave(
  ray: Ray,
  id: string,
  { onInterrupt }: SubmitConfig,
  { onProgress }: SubmitOptions,
): Promise<Submitted> {
  if (onInterrupt === "leave") {
    onProgress(`left ${id} running; follow it again: selftrain submit --ray ${ray.url} --attach ${id}`);
    return { id, status: "LEFT", message: null };
  }
  onProgress(`stopping ${id}`);
  await stopJob(
    { ...ray, patience: Math.min(ray.patience, STOPPING) },
    id,
    AbortSignal.timeout(1000 * STOPPING),
  );
  return { id, status: "STOPPED", message: "stopped by Ctrl-C" };
}

const gone = ({ url }: Ray, id: string): SelftrainError =>
  new SelftrainError({
    code: "ray-job-missing",
    message: "the cluster knows no job of that name",
    found: id,
    where: url,
    remedy: "check the name; a cluster that was started anew has forgotten its jobs",
  });
