/** The list of runs as it changes. A run that is new waits until the reader asks for it; cards change in their place. */
import { computed, signal } from "@preact/signals";
import { type Problem, type RunCard, type RunList, type RunsEvents, routes } from "../../api/index.js";
import { type Connection, listen } from "../lib/events.js";
import { get, problemOf } from "../lib/http.js";

export const listed = signal<RunList | null>(null);
export const waiting = signal<readonly RunCard[]>([]);
export const runsProblem = signal<Problem | null>(null);
export const runsConnection = signal<Connection>("connecting");

export const cards = computed<readonly RunCard[]>(() => listed.value?.runs ?? []);

async function read(): Promise<void> {
  try {
    listed.value = await get<RunList>(routes.runs());
    waiting.value = [];
    runsProblem.value = null;
  } catch (thrown) {
    runsProblem.value = problemOf(thrown);
  }
}

/** Shows the runs that came since. */
export const showWaiting = (): Promise<void> => read();

function take({ changed, gone }: RunsEvents["runs"]): void {
  const list = listed.peek();
  if (list === null) return;
  const known = new Set(list.runs.map(({ id }) => id));
  const byId = new Map(changed.map((card) => [card.id, card]));
  listed.value = {
    ...list,
    runs: list.runs.filter(({ id }) => !gone.includes(id)).map((card) => byId.get(card.id) ?? card),
  };
  const fresh = changed.filter(({ id }) => !known.has(id));
  const still = waiting.peek().filter(({ id }) => !gone.includes(id) && !byId.has(id));
  waiting.value = [...still, ...fresh];
}

/** Keeps the list up to date until the end of it is called. */
export function follow(): () => void {
  if (listed.peek() === null) void read();
  let lost = false;
  return listen(
    () => routes.runsStream(),
    { runs: (data) => take(data as RunsEvents["runs"]) },
    (state) => {
      runsConnection.value = state;
      // After a lost server nobody knows what was missed.
      if (state === "live" && (lost || listed.peek() === null)) void read();
      lost = state === "lost" || (lost && state !== "live");
    },
  );
}
