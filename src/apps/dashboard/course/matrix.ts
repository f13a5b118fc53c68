/** The probe's prompts × its steps. */
import { setImmediate } from "node:timers/promises";
import type { VoteMatrix } from "../api/course.js";
import type { Gap } from "../api/problem.js";
import type { Verdict } from "../api/step.js";
import { spread } from "../metrics/thin.js";
import { labelsOf, type OpenRun } from "../runs/open-run.js";
import { rowsAt } from "../step/rows.js";
import { verdictOf } from "../step/voted-group.js";
import { type StepVote, stepsOf, votesAt } from "../step/votes.js";

export interface ReadSteps {
  readonly steps: readonly number[];
  /** Votes of each of the steps. */
  readonly votes: readonly (readonly StepVote[])[];
  readonly stepsKept: number;
  /** Steps whose files cannot be read, which are left out. */
  readonly gaps: readonly Gap[];
}

/** The votes of at most `columns` steps of a source, evenly spaced. */
export async function readSteps(
  run: OpenRun,
  source: "rollouts" | "probe",
  columns: number,
): Promise<ReadSteps> {
  const all = stepsOf(run, source);
  const steps: number[] = [];
  const votes: (readonly StepVote[])[] = [];
  const gaps: Gap[] = [];
  for (const at of spread(all.length, columns)) {
    const step = all[at]!;
    // Whoever asks for something else meanwhile is answered.
    await setImmediate();
    try {
      votes.push(await votesAt(run, source, step));
      steps.push(step);
    } catch (error) {
      gaps.push({
        code: "step-unreadable",
        message: `Step ${step} is left out: ${(error as Error).message}`,
      });
    }
  }
  return { steps, votes, stepsKept: all.length, gaps };
}

export async function voteMatrix(run: OpenRun, columns: number): Promise<VoteMatrix> {
  const { steps, votes, stepsKept, gaps } = await readSteps(run, "probe", columns);
  const last = steps.at(-1);
  const texts = last === undefined ? [] : await rowsAt(run, "probe", last);
  const prompts = new Map(
    votes.flatMap((own) => own.map(({ group, promptId, truth }) => [group, { promptId, truth }] as const)),
  );
  const answers = new Map<string, number>();
  const numberOf = (label: string | null): number => {
    if (label === null) return -1;
    const known = answers.get(label) ?? answers.size;
    answers.set(label, known);
    return known;
  };
  const groups = [...prompts.keys()].sort((a, b) => a - b);
  const cells = groups.map((group) => votes.map((own) => own.find((vote) => vote.group === group) ?? null));
  const { missing } = await labelsOf(run, "probe");
  return {
    steps,
    stepsKept,
    prompts: groups.map((group) => {
      const { promptId, truth } = prompts.get(group)!;
      return { group, promptId, prompt: texts.find((row) => row.group === group)?.prompt ?? promptId, truth };
    }),
    labels: cells.map((row) => row.map((vote) => vote && numberOf(vote.label))),
    answers: [...answers.keys()],
    agreement: cells.map((row) => row.map((vote) => vote?.agreement ?? null)),
    verdicts: cells.map((row) =>
      row.map((vote): Verdict | null => vote && verdictOf(vote.label, vote.truth)),
    ),
    gaps: [
      ...gaps,
      ...(stepsKept === 0
        ? [
            {
              code: "no-probe",
              message: "The run has no probe: train with --probe.size to see prompts that come back.",
            },
          ]
        : []),
      ...(missing === null || stepsKept === 0
        ? []
        : [{ code: "no-true-answers", message: `No true answers: ${missing}.` }]),
    ],
  };
}
