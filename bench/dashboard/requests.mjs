/** The server on a long run: opening, another step, a search of 100 steps, the collapse view, and its memory. */
import { routes } from "../../dist/apps/dashboard/api/index.js";
import { median } from "../measure.mjs";
import { startServer } from "./server.mjs";

/** What the page asks for first. */
const SERIES = ["step.reward", "step.accuracy", "step.agreement"];
const OPENINGS = 5;

/** Milliseconds by the clock and of the server's processor. */
async function timed(server, work) {
  const [started, before] = [performance.now(), server.processorMs()];
  await work();
  return { ms: performance.now() - started, processorMs: server.processorMs() - before };
}

const summary = (times) => ({
  medianMs: median(times.map(({ ms }) => ms)),
  slowestMs: Math.max(...times.map(({ ms }) => ms)),
  processorMs: median(times.map(({ processorMs }) => processorMs)),
});

/** `folder` has the run of that id and no other. */
export async function measureRequests(folder, id, steps, log) {
  const [lists, openings] = [[], []];
  let server;
  for (let i = 0; i < OPENINGS; i++) {
    log(`opening, ${i + 1} of ${OPENINGS}`);
    await server?.close();
    // Each time a new server, which has read nothing.
    server = await startServer(folder);
    lists.push(await timed(server, () => server.get(routes.runs())));
    openings.push(
      await timed(server, () =>
        Promise.all([
          server.get(routes.run(id)),
          server.get(routes.metrics(id), { series: SERIES }),
          server.get(routes.step(id, "rollouts", steps)),
        ]),
      ),
    );
  }
  log("steps");
  const changes = [];
  for (let i = 0; i < 50; i++)
    changes.push(
      await timed(server, () => server.get(routes.step(id, "rollouts", 1 + ((i * 7919) % steps)))),
    );
  log("searches");
  const searches = [];
  for (let i = 0; i < 5; i++) {
    const stepFrom = 1 + ((i * 1999) % Math.max(1, steps - 99));
    const query = { stepFrom, stepTo: stepFrom + 99 };
    // Hits end a search at its limit: this one finds none, and reads all of it.
    searches.push(
      await timed(server, () => server.get(routes.search(id), { ...query, text: "nowhere to be found" })),
    );
  }
  const collapse = await timed(server, () => server.get(routes.collapse(id)));
  const peakMiB = server.peakMiB();
  await server.close();
  return {
    list: summary(lists),
    open: summary(openings),
    stepChange: summary(changes),
    search100Steps: summary(searches),
    collapse: summary([collapse]),
    peakMiB,
  };
}
