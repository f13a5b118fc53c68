/** What one prompt was answered at each step that has it. */
import { Refusal } from "../../../io/http/refusal.js";
import type { River } from "../api/course.js";
import type { Source } from "../api/routes.js";
import type { OpenRun } from "../runs/open-run.js";
import { rowsAt } from "../step/rows.js";
import type { StepVote } from "../step/votes.js";
import { readSteps } from "./matrix.js";
import { counted, sharesOf } from "./shares.js";

export interface RiverOptions {
  readonly prompt: string;
  readonly source?: Source | undefined;
  readonly top: number;
  readonly columns: number;
}

/** A probe where the run has one: prompts of it come back. */
const sourceOf = ({ store }: OpenRun): Source => (store.probeSteps().length > 0 ? "probe" : "rollouts");

/** Throws `prompt-unknown` (404) where none of the steps that were read has it. */
export async function riverOf(run: OpenRun, options: RiverOptions): Promise<River> {
  const { prompt, top, columns, source = sourceOf(run) } = options;
  const read = await readSteps(run, source, columns);
  const own = read.steps.flatMap((step, i): { step: number; vote: StepVote }[] => {
    const vote = read.votes[i]!.find(({ promptId }) => promptId === prompt);
    return vote === undefined ? [] : [{ step, vote }];
  });
  const last = own.at(-1);
  if (last === undefined)
    throw new Refusal(404, {
      code: "prompt-unknown",
      message: `None of the ${read.steps.length} steps that were read has this prompt.`,
      found: prompt,
      remedy: "Take a prompt of the probe, or of a step.",
    });
  const { truth, group } = last.vote;
  const rows = await rowsAt(run, source, last.step);
  return {
    source,
    promptId: prompt,
    prompt: rows.find((row) => row.group === group)?.prompt ?? prompt,
    truth,
    steps: own.map(({ step }) => step),
    stepsKept: read.stepsKept,
    ...sharesOf(
      own.map(({ vote }) => counted([vote])),
      { top, truth },
    ),
    labels: own.map(({ vote }) => vote.label),
    agreement: own.map(({ vote }) => vote.agreement),
    gaps: read.gaps,
  };
}
