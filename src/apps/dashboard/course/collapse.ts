/** Whether the answers of all prompts become one: shares over the whole batch, the answer that rose most, and where it was seen first. */
import { sameAnswer } from "../../../core/answer/same.js";
import type { Collapse } from "../api/course.js";
import type { Source } from "../api/routes.js";
import type { OpenRun } from "../runs/open-run.js";
import { rowsAt } from "../step/rows.js";
import { type ReadSteps, readSteps } from "./matrix.js";
import { type Counted, counted, ranked, sharesOf } from "./shares.js";

const MOVERS = 20;
/** Part of the steps that is called before, and after. */
const PART = 0.1;

export interface CollapseOptions {
  readonly source: Source;
  readonly top: number;
  readonly columns: number;
}

export async function collapseOf(run: OpenRun, { source, top, columns }: CollapseOptions): Promise<Collapse> {
  const read = await readSteps(run, source, columns);
  const counts = read.votes.map(counted);
  const size = Math.max(1, Math.floor(counts.length * PART));
  const before = ranked(counts.slice(0, size));
  const after = ranked(counts.slice(-size));
  const attractor = risen(before, after);
  return {
    source,
    steps: read.steps,
    stepsKept: read.stepsKept,
    ...sharesOf(counts, { top, truth: null }),
    topShare: counts.map(topShareOf),
    attractor,
    firstMovers: attractor === null ? [] : await moversOf(run, source, read, attractor),
    before: before.slice(0, top),
    after: after.slice(0, top),
    gaps: read.gaps,
  };
}

const topShareOf = ({ counts, samples }: Counted): number =>
  samples === 0 ? 0 : Math.max(0, ...counts.values()) / samples;

/** The answer whose share rose most; null where none rose. */
function risen(
  before: readonly { readonly answer: string; readonly share: number }[],
  after: readonly { readonly answer: string; readonly share: number }[],
): string | null {
  const was = new Map(before.map(({ answer, share }) => [answer, share]));
  let [most, attractor] = [0, null as string | null];
  for (const { answer, share } of after) {
    const rise = share - (was.get(answer) ?? 0);
    if (rise > most) [most, attractor] = [rise, answer];
  }
  return attractor;
}

async function moversOf(
  run: OpenRun,
  source: Source,
  { steps, votes }: ReadSteps,
  attractor: string,
): Promise<Collapse["firstMovers"]> {
  const seen = new Set<string>();
  const movers: Omit<Collapse["firstMovers"][number], "prompt">[] = [];
  for (const [i, step] of steps.entries()) {
    for (const { group, promptId, label, truth, answers, samples } of votes[i]!) {
      if (label !== attractor || sameAnswer(truth, attractor) || seen.has(promptId)) continue;
      if (movers.length === MOVERS) break;
      seen.add(promptId);
      const { count } = answers.find(({ answer }) => answer === attractor) ?? { count: 0 };
      movers.push({ step, group, promptId, truth, share: samples === 0 ? 0 : count / samples });
    }
  }
  return Promise.all(
    movers.map(async (mover) => {
      const rows = await rowsAt(run, source, mover.step).catch(() => []);
      return { ...mover, prompt: rows.find(({ group }) => group === mover.group)?.prompt ?? mover.promptId };
    }),
  );
}
