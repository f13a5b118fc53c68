/** Work with the dashboard of its run beside it, where that was asked for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./command.js";
import { PROGRAM } from "./jobs-keys.js";
import { notice } from "./output.js";

/** Milliseconds that the work waits for the dashboard. */
const PATIENCE = 3000;

/** A dashboard that cannot be opened is said, and ends nothing. */
export async function withDashboard<T>(
  run: string,
  context: Pick<Context, "io" | "serve">,
  work: () => Promise<T>,
): Promise<T> {
  if (!context.serve) return work();
  const { dashboardBeside } = await import("../apps/dashboard/beside.js");
  const beside = dashboardBeside(PROGRAM, run);
  const told = beside.opened.then((opened) =>
    notice(
      context,
      "url" in opened
        ? `the dashboard is at ${opened.url}`
        : `the dashboard could not be opened: ${opened.failed}`,
    ),
  );
  // On a busy machine the work begins without it, and it is told of when it is there.
  await Promise.race([told, sleep(PATIENCE, undefined, { ref: false })]);
  try {
    return await work();
  } finally {
    await beside.close();
  }
}
