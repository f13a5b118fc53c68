/** A piece of work in a run directory: begun or continued, and its outcome recorded. */
import type { RunOptions } from "./observer.js";
import { checkNewRun, checkOpenRun, createRun, openRun } from "./open-run.js";
import type { Run } from "./run.js";
import type { ConfigSchema, ResumeRules } from "./run-config.js";
import { isRun, type RunInfo, type RunKind } from "./run-info.js";
import { type TrackersConfig, type Tracking, trackRun } from "./trackers/track.js";

/** What kind of run it is, how its configuration is read back, and what a resumed one may change of it. */
export interface RunSpec<C> {
  readonly kind: RunKind;
  readonly schema: ConfigSchema<C>;
  readonly rules?: ResumeRules;
  /** The graphics device that it computes on; null of the processor. */
  readonly device?: object | null;
}

/** Throws what `withRun` would before the work begins, and writes nothing. */
export function checkRun<C extends { readonly output: string }>(
  { kind, schema, rules }: RunSpec<C>,
  config: C,
  { resume }: Pick<RunOptions, "resume">,
): void {
  if (resume && isRun(config.output))
    checkOpenRun(config.output, kind, schema, { config, ...(rules ? { rules } : {}) });
  else checkNewRun(config.output);
}

/**
 * Runs `work` in the run directory `config.output`. With `resume` an existing run is opened; one that was killed before its
 * creation was complete has nothing to resume, and is begun anew. However the work ends, the run says how.
 */
export async function withRun<
  C extends { readonly output: string; readonly trackers?: TrackersConfig | undefined },
  S extends { readonly interrupted: boolean; readonly earlyStop?: RunInfo["earlyStop"] | null },
>(
  { kind, schema, rules, device = null }: RunSpec<C>,
  config: C,
  { resume, observer }: RunOptions,
  work: (run: Run<C>) => Promise<S>,
): Promise<S> {
  const run =
    resume && isRun(config.output)
      ? openRun(config.output, kind, schema, { config, device, ...(rules ? { rules } : {}) })
      : createRun(config.output, kind, config, device);
  for (const note of run.resumed.notes) observer?.({ type: "notice", ...note });
  let tracking: Tracking | null = null;
  try {
    tracking = trackRun(run.path, config, observer);
    const summary = await work(run);
    const status = summary.interrupted ? "interrupted" : "finished";
    await tracking.end(status);
    run.close({ status, ...(summary.earlyStop ? { earlyStop: summary.earlyStop } : {}) });
    return summary;
  } catch (error) {
    await tracking?.end("failed");
    run.fail(error);
    throw error;
  }
}
