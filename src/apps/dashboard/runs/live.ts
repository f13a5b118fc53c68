/** A run that is watched: what is new of it, sent as it comes. */
import { SelftrainError } from "../../../errors.js";
import type { RunEvents } from "../api/metrics.js";
import type { RunId } from "../api/routes.js";
import { type Events, pause } from "../http/stream.js";
import { type ChunkOptions, metricsChunk } from "../metrics/columns.js";
import { controlsOf } from "../write/controls.js";
import { shownAlarms } from "./marks.js";
import type { OpenRuns } from "./open-runs.js";
import { overviewOf } from "./overview.js";
import { looksOf } from "./pulse.js";

/** Milliseconds between two looks at the files. */
const EVERY = 500;
/** Lines of one event: a client that comes late is sent what it missed in pieces. */
const LINES = 500;

/** Sends until the client has gone; ends after a `reset`, and where the run was taken away. */
export async function sendRun(
  runs: OpenRuns,
  id: RunId,
  { from, series }: ChunkOptions,
  events: Events,
): Promise<void> {
  const send = <K extends keyof RunEvents>(event: K, data: RunEvents[K], place?: string) =>
    events.send(event, data, place);
  let cursor = from;
  let looks = "";
  const sent = new Map<keyof RunEvents, string>();
  const sendChanged = async <K extends keyof RunEvents>(event: K, data: RunEvents[K]): Promise<void> => {
    const text = JSON.stringify(data);
    if (sent.get(event) === text) return;
    sent.set(event, text);
    await send(event, data);
  };
  while (!events.signal.aborted) {
    const run = runs.get(id);
    const now = looksOf(run.path);
    if (now !== looks) {
      looks = now;
      await sendChanged("overview", await overviewOf(run));
      await sendChanged("alarms", shownAlarms(run.path));
      await sendChanged("controls", controlsOf(run.path));
    }
    try {
      const chunk = metricsChunk(run.store, { from: cursor, series, most: LINES });
      if (chunk.next !== cursor) {
        cursor = chunk.next;
        await send("metrics", chunk, cursor);
        continue;
      }
    } catch (error) {
      if (error instanceof SelftrainError && error.code === "cursor-gone") return send("reset", {});
      throw error;
    }
    await pause(EVERY, events.signal);
  }
}
