/** The key `monitors`: what of a run is watched, by which detector, and what an alarm does. */
import { z } from "zod";
import { DETECTOR_KINDS } from "../core/detect/spec.js";
import { rejectionSchema } from "./curriculum-config.js";
import { monitorUrlSchema } from "./endpoint-url.js";
import { DEFAULT_MONITORS, MONITORED_RUNS } from "./monitor-defaults.js";
import { changesTo } from "./overrides.js";

const positiveInt = z.int().positive();

export const MONITOR_ACTIONS = ["log", "stop", "restore-best", "lower-lr", "filter", "webhook"] as const;
export type MonitorAction = (typeof MONITOR_ACTIONS)[number];

const options = {
  patience: positiveInt
    .optional()
    .describe(
      "Values in a row beyond the bound that make an alarm (default 1; plateau: 3 without a new best)",
    ),
  above: z.number().optional().describe("threshold, slope: what lies above is an alarm"),
  below: z.number().optional().describe("threshold, slope: what lies below is an alarm"),
  by: z.number().min(0).optional().describe("rise, fall: distance to the base that must be passed"),
  ratio: z
    .number()
    .positive()
    .optional()
    .describe("rise, fall: multiple of the base that must be passed, such as 0.8 of a fall"),
  from: z
    .enum(["best", "first"])
    .optional()
    .describe(
      "rise, fall: the base, the best value so far (default: the lowest of a rise, the highest of a fall) or the first",
    ),
  direction: z
    .enum(["up", "down"])
    .optional()
    .describe("plateau: where better values are; cusum, e-detector: where the alarm is (default up)"),
  minDelta: z.number().min(0).optional().describe("plateau: distance that counts as a new best (default 0)"),
  window: z.int().min(2).optional().describe("slope: values that it is taken over (default 10)"),
  prefix: z
    .int()
    .min(2)
    .optional()
    .describe(
      "cusum, e-detector: first values, which say what is normal (default: a fifth of all, at least 8)",
    ),
  k: z.number().min(0).optional().describe("cusum: half the shift to be found, in deviations (default 0.5)"),
  h: z.number().positive().optional().describe("cusum: the limit (default: by bootstrap from the prefix)"),
  alpha: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      "canary, cusum: chance of a false alarm in the run (default 0.05); e-detector: of one a value (default 0.001)",
    ),
};

const memberSchema = z.strictObject({
  on: z.string().describe("Series that the member watches"),
  kind: z.enum(DETECTOR_KINDS).describe("Kind of the member"),
  ...options,
});

export const detectorSchema = z
  .strictObject({
    kind: z
      .enum([...DETECTOR_KINDS, "any"])
      .describe("What is looked for; any: an alarm of members at the same time"),
    ...options,
    of: z.array(memberSchema).min(2).optional().describe("any: the members, each with a series of its own"),
    atLeast: positiveInt.optional().describe("any: members that must be in alarm (default 1)"),
  })
  .describe("What is looked for in the series, and with which bounds");

export type DetectorConfig = z.output<typeof detectorSchema>;

const monitorSchema = z.strictObject({
  on: z
    .string()
    .optional()
    .describe(
      "Series: a metric of the steps, such as topShare, or of eval, validation or probe, such as eval.mean",
    ),
  detector: detectorSchema.optional(),
  onAlarm: z
    .enum(MONITOR_ACTIONS)
    .optional()
    .describe("What an alarm does, beside being written (default log)"),
  runs: z
    .enum(MONITORED_RUNS)
    .optional()
    .describe("Runs in which it watches: all, or those with a probe, or those without (default all)"),
  cooldown: z
    .int()
    .min(0)
    .optional()
    .describe("Steps after an alarm in which there is no other (default 10)"),
  mask: z
    .int()
    .min(0)
    .optional()
    .describe("Steps after a change of the curriculum's stage that are not looked at (default 2)"),
  factor: z.number().gt(0).lt(1).optional().describe("lower-lr: multiplies the learning rate (default 0.5)"),
  rule: changesTo(rejectionSchema)
    .optional()
    .describe(
      "filter: keys of rejection from the next step on (default {minAgreement: 0.6, onShortBatch: train})",
    ),
  url: monitorUrlSchema.optional().describe("webhook: address that a JSON object is posted to"),
});

export type MonitorEntry = z.output<typeof monitorSchema>;

const entrySchema = z.union([
  z.enum(["off", ...MONITOR_ACTIONS]).describe("What an alarm of this monitor of the default set does"),
  monitorSchema,
]);

/** Stands for all monitors of the default set. */
const ALL = "default";

/** As a user writes it, laid over the default set: a name alone changes what that monitor does, and `off` leaves it out. */
export type GivenMonitors = Readonly<Record<string, z.output<typeof entrySchema>>>;
/** As it is stored: every monitor in full, or `off`. */
export type MonitorsConfig = Readonly<Record<string, MonitorEntry | "off">>;

function laidOverDefaults({ [ALL]: all, ...given }: GivenMonitors): MonitorsConfig {
  const action = typeof all === "string" && all !== "off" ? { onAlarm: all } : {};
  const own = Object.entries(DEFAULT_MONITORS).map(
    ([name, monitor]) => [name, { ...monitor, ...action }] as const,
  );
  const known = new Map<string, MonitorEntry>(own);
  const merged = Object.entries(given).map(([name, entry]) => {
    if (entry === "off") return [name, entry] as const;
    return [
      name,
      { ...known.get(name), ...(typeof entry === "string" ? { onAlarm: entry } : entry) },
    ] as const;
  });
  return {
    ...(all === "off" ? {} : Object.fromEntries(own)),
    // What is no action is kept for the checks to refuse.
    ...(all === "off" || typeof all === "object" ? { [ALL]: all } : {}),
    ...Object.fromEntries(merged),
  };
}

export const monitorsSchema = z
  .record(z.string(), entrySchema)
  .optional()
  .transform((given = {}) => laidOverDefaults(given))
  .describe(
    "Alarms by name, laid over the default set; default=off leaves that out, default=restore-best goes back before its signs",
  );
