/** The list of runs, and what changes of it. */
import type { RunsEvents } from "../api/runs.js";
import { type Events, pause } from "../http/stream.js";
import type { RunCards } from "./list.js";

/** Milliseconds between two looks at the folder. */
const EVERY = 2000;

/** Sends until the client has gone. */
export async function sendRuns(cards: RunCards, events: Events): Promise<void> {
  const sent = new Map<string, string>();
  let first = true;
  while (!events.signal.aborted) {
    const { runs } = cards.list();
    const ids = new Set(runs.map(({ id }) => id));
    const changed = runs.filter((card) => {
      const text = JSON.stringify(card);
      const same = sent.get(card.id) === text;
      sent.set(card.id, text);
      return !same;
    });
    const gone = [...sent.keys()].filter((id) => !ids.has(id));
    for (const id of gone) sent.delete(id);
    if (first || changed.length + gone.length > 0) {
      const data: RunsEvents["runs"] = { changed, gone };
      await events.send("runs", data);
    }
    first = false;
    await pause(EVERY, events.signal);
  }
}
