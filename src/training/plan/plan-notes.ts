/** What rejection sampling, stages, test-time training, validation and monitors may cost, said before a run. */
import { rejects } from "../../config/curriculum-config.js";
import { changesRun, monitorsOf, watchesIn } from "../../config/monitors.js";
import type { TrainConfig } from "../../config/train-config.js";
import { passesNeeded } from "../../core/curriculum/rejection.js";
import { refillRounds } from "../loop/refill.js";

export function curriculumNotes(config: TrainConfig, pool: number): string[] {
  return [
    ...rejectionNotes(config, pool),
    ...stageNotes(config),
    ...validationNotes(config),
    ...monitorNotes(config),
  ];
}

/** Prompts that a step samples at most: those of every refill round too. */
export function mostPrompts(config: TrainConfig): number {
  const { rejection, promptsPerStep } = config;
  if (!rejects(config)) return promptsPerStep;
  return (1 + refillRounds(rejection)) * passesNeeded(promptsPerStep, rejection);
}

function rejectionNotes(config: TrainConfig, pool: number): string[] {
  if (!rejects(config)) return [];
  const { rejection, promptsPerStep, samplesPerPrompt } = config;
  const first = passesNeeded(promptsPerStep, rejection);
  const rounds = refillRounds(rejection);
  const prompts = mostPrompts(config);
  const most = prompts * samplesPerPrompt;
  const short = rejection.onShortBatch === "train" ? "trains on what there is" : "ends with an error";
  return [
    `rejected groups are replaced in at most ${rounds} rounds: a step samples ${first * samplesPerPrompt} to ${most} sequences, and trains on ${promptsPerStep * samplesPerPrompt}; one that is still short ${short}`,
    ...(prompts > pool
      ? [`${prompts} prompts a step are more than the pool of ${pool}: the last rounds may repeat some`]
      : []),
  ];
}

function stageNotes({ curriculum, testTime }: TrainConfig): string[] {
  const notes: string[] = [];
  if (testTime)
    notes.push(
      "testTime trains on the prompts that are evaluated, without their answers: compare before and after",
    );
  if (curriculum === undefined) return notes;
  const { stages, advanceOn, threshold, window, maxSteps, groundTruthStages } = curriculum;
  const bound = maxSteps === undefined ? "" : `, or after ${maxSteps} steps`;
  notes.push(
    `${stages.length} stages; the next begins when ${advanceOn} over ${window} steps reaches ${threshold}${bound}`,
  );
  if (groundTruthStages > 0)
    notes.push(`stages 1 to ${groundTruthStages} read labels: that part is not self-training`);
  return notes;
}

function validationNotes({ validation, steps }: TrainConfig): string[] {
  if (validation === undefined) return [];
  const { every, size, samples } = validation;
  const times = 1 + Math.ceil(steps / every);
  return [
    `validation reads the answers of ${size} labelled prompts, and samples ${size * (samples + 1)} sequences up to ${times} times`,
  ];
}

/** Monitors that change the run; those that only tell need no word before it. */
function monitorNotes(config: TrainConfig): string[] {
  const { checkpointEvery } = config;
  const acting = monitorsOf(config).filter(changesRun);
  const back = acting.some(({ onAlarm }) => onAlarm === "restore-best") && checkpointEvery > 1;
  return [
    ...(acting.length > 0
      ? [`alarms change the run: ${acting.map(({ name, onAlarm }) => `${name} (${onAlarm})`).join(", ")}`]
      : []),
    ...(back
      ? [
          `a monitor of signs goes back to the last checkpoint before them, of which there is one every ${checkpointEvery} steps`,
        ]
      : []),
    ...idleNotes(config),
  ];
}

/** Monitors that were given something to do, and do not watch in a run of this kind. */
function idleNotes({ monitors, probe }: TrainConfig): string[] {
  return Object.entries(monitors).flatMap(([name, own]) =>
    own === "off" || own.onAlarm === undefined || watchesIn(own.runs, probe)
      ? []
      : [`${name} (${own.onAlarm}) does not watch: it is for runs ${own.runs?.replace("-", " a ")}`],
  );
}
