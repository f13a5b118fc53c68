/** The thread that says, again and again, that the session is alive: whatever the loop computes does not keep it from that. */
import { parentPort, workerData } from "node:worker_threads";

export interface HeartbeatData {
  /** Of `session_heartbeat`. */
  readonly url: string;
  readonly key: string | null;
  readonly sessionId: string;
  /** Milliseconds. */
  readonly every: number;
}

const { url, key, sessionId, every } = workerData as HeartbeatData;
let current = key;
parentPort?.on("message", (message: { key: string }) => {
  current = message.key;
});

async function beat(): Promise<void> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(current === null ? {} : { "x-api-key": current }),
      },
      body: JSON.stringify({ session_id: sessionId, type: "session_heartbeat" }),
      redirect: "error",
      signal: AbortSignal.timeout(every),
    });
    await response.arrayBuffer();
  } catch {
    // The next request of the session says what is wrong; until then the next beat may get through.
  }
}

setInterval(beat, every);
await beat();
