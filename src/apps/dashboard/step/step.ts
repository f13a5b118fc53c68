/** The groups of a step, and one of them with its rollouts. */
import { Refusal } from "../../../io/http/refusal.js";
import { rowsByGroup } from "../../../run/store/group-vote.js";
import type { Gap } from "../api/problem.js";
import type { Source } from "../api/routes.js";
import type { GroupRollouts, StepGroups } from "../api/step.js";
import { labelsOf, type OpenRun } from "../runs/open-run.js";
import { type Row, rowsAt, withTokens } from "./rows.js";
import { shownRollout, votedGroup } from "./voted-group.js";
import { stepsOf, votesAt } from "./votes.js";

/** Throws as `rowsAt` does. */
export async function stepGroups(run: OpenRun, source: Source, step: number): Promise<StepGroups> {
  const rows = await rowsAt(run, source, step);
  const { truths, gaps } = await truthsAt(run, source, step);
  const steps = stepsOf(run, source);
  return {
    source,
    step,
    groups: rowsByGroup(rows).map((own) => votedGroup(own, truths.get(own[0]!.promptId) ?? null)),
    previous: steps.findLast((own) => own < step) ?? null,
    next: steps.find((own) => own > step) ?? null,
    gaps,
  };
}

/** Throws as `rowsAt` does, and `group-unknown` (404). */
export async function groupRollouts(
  run: OpenRun,
  source: Source,
  step: number,
  group: number,
): Promise<GroupRollouts> {
  const all = await rowsAt(run, source, step);
  const rows = await withTokens(run, source, step, rowsOf(all, group));
  if (rows.length === 0)
    throw new Refusal(404, {
      code: "group-unknown",
      message: `Step ${step} has no group ${group}.`,
      found: group,
      remedy: "Take one of the step's groups.",
    });
  const { truths, gaps } = await truthsAt(run, source, step);
  const truth = truths.get(rows[0]!.promptId) ?? null;
  const noTokens: Gap = {
    code: "no-token-logprobs",
    message: "Logprobs of single tokens were not kept for this step.",
  };
  return {
    source,
    step,
    group: votedGroup(rows, truth),
    rollouts: rows.map((row) => shownRollout(row, truth)),
    otherSteps: await otherSteps(run, source, step, rows[0]!.promptId),
    gaps: rows.some(({ perToken }) => perToken !== null) ? gaps : [...gaps, noTokens],
  };
}

const rowsOf = (rows: readonly Row[], group: number): Row[] => rows.filter((row) => row.group === group);

/** True answers by prompt id, as the step's votes have them. */
async function truthsAt(
  run: OpenRun,
  source: Source,
  step: number,
): Promise<{ readonly truths: ReadonlyMap<string, string>; readonly gaps: readonly Gap[] }> {
  const votes = await votesAt(run, source, step);
  const truths = new Map(votes.flatMap(({ promptId, truth }) => (truth === null ? [] : [[promptId, truth]])));
  if (truths.size > 0) return { truths, gaps: [] };
  const { missing } = await labelsOf(run, source);
  return {
    truths,
    gaps: missing === null ? [] : [{ code: "no-true-answers", message: `No true answers: ${missing}.` }],
  };
}

/** Steps of the rollouts that are looked through for a prompt, on either side. */
const LOOKED_THROUGH = 20;

async function otherSteps(run: OpenRun, source: Source, step: number, promptId: string): Promise<number[]> {
  const steps = stepsOf(run, source);
  if (source === "probe") return steps.filter((own) => own !== step);
  const at = steps.indexOf(step);
  const near = steps.slice(Math.max(0, at - LOOKED_THROUGH), at + LOOKED_THROUGH + 1);
  const found: number[] = [];
  for (const other of near) {
    if (other === step) continue;
    const votes = await votesAt(run, source, other).catch(() => []);
    if (votes.some((vote) => vote.promptId === promptId)) found.push(other);
  }
  return found;
}
