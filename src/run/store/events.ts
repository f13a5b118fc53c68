/** What happened to a run, in the order in which it did: processes, alarms, controls, its end. */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SelftrainError } from "../../errors.js";
import { decodeUtf8 } from "../../utf8.js";
import { type Alarm, readAlarms } from "../alarms.js";
import { controlNumbers, type LoggedControl, readControl, readControlLog } from "../control.js";
import type { RunInfo } from "../run-info.js";
import type { StoreProblem } from "./problems.js";

export interface RunEvent {
  /** `started`, `resumed`, `alarm`, `control`, `stopped-early`, `failed`. */
  readonly type: string;
  /** Step that it belongs to; null of those that belong to a process, and of a control that waits to be taken. */
  readonly step: number | null;
  /** ISO 8601; null where the run keeps none. Alarms are a function of the metrics and have no time of their own. */
  readonly time: string | null;
  /** One sentence. */
  readonly message: string;
  /** What is known of it beside, such as an `Alarm`. */
  readonly data: Readonly<Record<string, unknown>>;
}

const environmentsSchema = z.array(z.looseObject({ startedAt: z.string(), selftrain: z.string() }));

/** Processes first, then what has a step, in the order of steps, then what waits, then the run's end. What cannot be read is put among the problems. */
export function readEvents(run: string, info: RunInfo | null, problems: StoreProblem[]): RunEvent[] {
  const decided = controls(run, problems);
  const ofSteps = [...alarms(run, problems).map(alarmEvent), ...decided.map(controlEvent)].sort(
    (a, b) => a.step! - b.step!,
  );
  const known = new Set(decided.map(({ number }) => number));
  const waiting = controlNumbers(run).filter((number) => !known.has(number));
  return [
    ...processes(run, problems),
    ...ofSteps,
    ...waiting.map((number) => waitingEvent(run, number)),
    ...endOf(info),
  ];
}

function processes(run: string, problems: StoreProblem[]): RunEvent[] {
  const path = join(run, "environment.json");
  if (!fs.existsSync(path)) return [];
  try {
    const all = environmentsSchema.parse(JSON.parse(decodeUtf8(fs.readFileSync(path), path)));
    return all.map(({ startedAt, selftrain, node, commandLine }, i) => ({
      type: i === 0 ? "started" : "resumed",
      step: null,
      time: startedAt,
      message: `${i === 0 ? "started" : "resumed"} by selftrain ${selftrain}`,
      data: { selftrain, node, commandLine },
    }));
  } catch (error) {
    problems.push({ part: "environment.json", why: "is damaged", found: (error as Error).message });
    return [];
  }
}

const alarms = (run: string, problems: StoreProblem[]): Alarm[] =>
  whole("alarms.jsonl", () => readAlarms(run), problems);

const controls = (run: string, problems: StoreProblem[]): LoggedControl[] =>
  whole("control/log.jsonl", () => readControlLog(run), problems);

/** What a file has; nothing where it is damaged, which is put among the problems. */
function whole<T>(part: string, read: () => T[], problems: StoreProblem[]): T[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    problems.push({ part, why: "is damaged", found: String(error.found), remedy: error.remedy });
    return [];
  }
}

const alarmEvent = (alarm: Alarm): RunEvent => ({
  type: "alarm",
  step: alarm.step,
  time: null,
  message: `${alarm.monitor}: ${alarm.series} is ${alarm.value}${alarm.bound === null ? "" : `, bound ${alarm.bound}`} (${alarm.action})`,
  data: alarm,
});

const controlEvent = (logged: LoggedControl): RunEvent => ({
  type: "control",
  step: logged.step,
  time: logged.at,
  message: `control ${logged.number}${logged.asked ? ` (${logged.asked.action})` : ""} was ${logged.refused === null ? "taken" : `refused: ${logged.refused}`}`,
  data: logged,
});

/** Of a request that nothing became of yet; of one that cannot be read, why. */
function waitingEvent(run: string, number: number): RunEvent {
  const request = readControl(run, number);
  const unreadable = typeof request === "string";
  return {
    type: "control",
    step: null,
    time: unreadable ? null : request.at,
    message: unreadable
      ? `control ${number} cannot be read: ${request}`
      : `control ${number} (${request.asked.action}) is asked, and not decided yet`,
    data: unreadable ? { number } : { ...request },
  };
}

function endOf(info: RunInfo | null): RunEvent[] {
  const { earlyStop, error } = info ?? {};
  return [
    ...(earlyStop
      ? [
          {
            type: "stopped-early",
            step: earlyStop.step,
            time: null,
            message: earlyStop.reason,
            data: earlyStop,
          },
        ]
      : []),
    ...(error ? [{ type: "failed", step: null, time: null, message: error.message, data: error }] : []),
  ];
}
