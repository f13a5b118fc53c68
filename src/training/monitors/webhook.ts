/** Posting an alarm. Whatever goes wrong is a notice: an address that does not answer must not stop training. */
import { basename } from "node:path";
import type { Alarm } from "../../run/alarms.js";
import type { Notice } from "../../run/observer.js";

/** Milliseconds that an answer may take. */
const TIMEOUT = 10_000;

/** Of the path of a run its last part alone: the rest says who runs it where. */
export const alarmMessage = (run: string, { action: _, ...alarm }: Alarm): string =>
  JSON.stringify({ run: basename(run), ...alarm });

/** Null where it arrived. The address may hold a secret in its path, and only its host is told. */
export async function postAlarm(
  url: string,
  run: string,
  alarm: Alarm,
  timeout = TIMEOUT,
): Promise<Notice | null> {
  const failed = (found: string): Notice => ({
    code: "webhook-failed",
    message: `the alarm ${alarm.monitor} of step ${alarm.step} did not reach ${new URL(url).host}; it stands in alarms.jsonl`,
    found,
    remedy: "see that something listens there; an alarm is posted once",
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: alarmMessage(run, alarm),
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    });
    await response.body?.cancel();
    return response.ok ? null : failed(`status ${response.status}`);
  } catch (cause) {
    const { name, message, cause: inner } = cause as Error;
    const code = (inner as { readonly code?: unknown } | undefined)?.code;
    return failed(name === "TimeoutError" ? `no answer in ${timeout / 1000} s` : String(code ?? message));
  }
}
