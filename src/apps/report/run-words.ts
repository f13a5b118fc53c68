/** What is said of runs in sentences, on the page and in Markdown. */
import { gapSentences } from "../../run/gaps.js";
import { signsOf } from "../../training/loop/signs.js";
import { alarmSentence } from "../../training/monitors/alarm-text.js";
import { monitoringOf } from "../../training/monitors/monitoring.js";
import type { RunData } from "./run-data.js";
import { meanAccuracy, rewardName } from "./run-results.js";
import { gainSentence } from "./verdict.js";

/** Alarms at the head; a learning rate may be lowered many times. */
const ALARMS = 6;

export function headline(runs: readonly RunData[]): string {
  if (runs.length > 1) return `${runs.length} runs compared: ${runs.map(({ name }) => name).join(", ")}`;
  const run = runs[0]!;
  const accuracies = run.records
    .filter(({ kind }) => kind === "eval")
    .flatMap((record) => meanAccuracy(record) ?? []);
  const [before, after] = [accuracies[0], accuracies.at(-1)];
  if (!before || !after || before === after) return `Run ${run.name}`;
  return gainSentence(rewardName(run), before, after);
}

/** What a run has lost: its curves and votes are shown without. */
export const missingSentences = ({ name, gaps }: RunData): string[] =>
  gapSentences(gaps).map((gap) => `Missing in ${name}: ${gap}.`);

/** Signs that the run destroyed its model, or learned nothing, and the alarms of its monitors, read off its records. */
export function warnings({ config, records }: RunData): string[] {
  const restored = records.findLast(({ metrics }) => "restoredStep" in metrics)?.metrics.restoredStep;
  const policy = typeof restored === "number" ? restored : null;
  const signs = signsOf(config as Parameters<typeof signsOf>[0], records, policy);
  const { alarms } = monitoringOf(config as Parameters<typeof monitoringOf>[0], records);
  return [
    ...(signs ? [signs.sentence] : []),
    ...alarms.slice(0, ALARMS).map((alarm) => `Alarm ${alarmSentence(alarm)}.`),
    ...(alarms.length > ALARMS
      ? [`${alarms.length - ALARMS} more alarms stand in alarms.jsonl of the run.`]
      : []),
  ];
}

/** How far a run came. */
export function progress(run: RunData): string {
  const steps = run.records.flatMap(({ kind, step }) => (kind === "step" ? [step] : []));
  const planned = typeof run.config.steps === "number" ? ` of ${run.config.steps}` : "";
  return `${run.name}: step ${Math.max(0, ...steps)}${planned}`;
}
