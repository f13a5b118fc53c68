/** The words of an alarm: what was seen, on which figures it rests, and what is done. */
import type { Alarm } from "../../run/alarms.js";
import type { Notice } from "../../run/observer.js";

const figure = (value: number, digits = 3): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));

/** Both with as many digits as it takes to tell them apart. */
function apart(value: number, bound: number): [string, string] {
  let digits = 3;
  while (digits < 12 && figure(value, digits) === figure(bound, digits)) digits++;
  return [figure(value, digits), figure(bound, digits)];
}

/** `baseStep` as two words. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `topShare 0.412 at step 7, above 0.35`; of a detector with a statistic of its own, that is named beside the value. */
export function alarmSentence({ monitor, series, step, value, bound, evidence }: Alarm): string {
  const { observed, bestStep, without } = evidence;
  const [seen, limit] = bound === null ? [figure(observed ?? value), ""] : apart(observed ?? value, bound);
  const at = `${series} ${seen} at step ${step}`;
  if (bestStep !== undefined)
    return `${monitor}: ${at}; the best is ${limit} of step ${bestStep}, not passed in the ${without} since`;
  return observed === undefined
    ? `${monitor}: ${at}, ${bound !== null && value < bound ? "below" : "above"} ${limit}`
    : `${monitor}: ${at}; its statistic ${figure(value)} passed ${limit}`;
}

/** The other figures, `base 0.2, base step 1`. */
const grounds = ({ evidence: { observed: _, member: __, ...figures } }: Alarm): string =>
  Object.entries(figures)
    .map(([name, value]) => `${words(name)} ${figure(value)}`)
    .join(", ");

const DOES: Readonly<Record<string, string>> = {
  log: "nothing is changed",
  stop: "the run stops",
  "restore-best": "the run stops and goes back",
  "lower-lr": "the learning rate is lowered from the next step on",
  filter: "groups are rejected from the next step on",
  webhook: "it is posted",
};

export function alarmNotice(alarm: Alarm): Notice {
  const rests = grounds(alarm);
  return {
    code: "monitor-alarm",
    message: `${alarmSentence(alarm)}${rests && ` (${rests})`}; ${DOES[alarm.action]}`,
  };
}
