/** One request to the endpoint: a limit on its time, and further attempts where waiting may help. */
import { setTimeout as sleep } from "node:timers/promises";
import { SelftrainError } from "../../errors.js";

export interface Endpoint {
  readonly url: string;
  /** Milliseconds that an answer may take, its body included. */
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Milliseconds before the second attempt; doubled before each further one. */
  readonly waitMs: number;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
}

/** A server that asks to wait longer than this, in seconds, is asked again no sooner than it would be anyway. */
const LONGEST_WAIT = 60;

/** The endpoint, or what is between, may recover from these. */
const passing = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

interface Failure {
  readonly found: string;
  /** Whether another attempt may go better. */
  readonly passing: boolean;
  /** Milliseconds that the server asks to wait. */
  readonly wait?: number;
  readonly cause?: unknown;
}

/** The text of the first successful answer. Throws `reward-endpoint-failed`, and an `AbortError` on `signal`; `about` says which request it was. */
export async function post(
  endpoint: Endpoint,
  body: string,
  about: string,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const result = await once(endpoint, body, signal);
    if (typeof result === "string") return result;
    if (!result.passing || attempt >= endpoint.retries) throw failed(endpoint, result, attempt + 1, about);
    await sleep(Math.max(endpoint.waitMs * 2 ** attempt, result.wait ?? 0), undefined, { signal });
  }
}

async function once(
  { url, timeoutMs, token }: Endpoint,
  body: string,
  signal: AbortSignal,
): Promise<string | Failure> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      // A redirected POST would arrive as a GET, and the token somewhere else.
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await response.text();
    if (response.ok) return text;
    const seconds = Number(response.headers.get("retry-after"));
    return {
      found: `status ${response.status}${text === "" ? "" : `: ${text.slice(0, 300)}`}`,
      passing: passing(response.status),
      ...(seconds > 0 && seconds <= LONGEST_WAIT ? { wait: 1000 * seconds } : {}),
    };
  } catch (cause) {
    signal.throwIfAborted();
    const error = cause as Error & { cause?: Error };
    const found =
      error.name === "TimeoutError"
        ? `no answer within ${timeoutMs / 1000} s`
        : (error.cause?.message ?? error.message);
    return { found, passing: true, cause };
  }
}

function failed(
  { url }: Endpoint,
  { found, passing, cause }: Failure,
  attempts: number,
  about: string,
): SelftrainError {
  return new SelftrainError(
    {
      code: "reward-endpoint-failed",
      message: `the reward endpoint gave no rewards in ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`,
      found,
      expected: "status 200 with rewards",
      where: `${url}, ${about}`,
      remedy: passing
        ? "see whether the endpoint runs; raise rewardTimeout or rewardRetries; then continue with --resume"
        : "see why the endpoint refuses this request (rewardUrl, rewardTokenVariable); then continue with --resume",
    },
    cause === undefined ? {} : { cause },
  );
}
