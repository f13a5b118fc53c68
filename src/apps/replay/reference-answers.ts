/** The answers of a run's steps as a replay reads them: what its figures of later steps are held against. */
import { passesNeeded } from "../../core/curriculum/rejection.js";
import { SelftrainError } from "../../errors.js";
import type { Gaps } from "../../run/gaps.js";
import type { RolloutRow } from "../../run/run-directory.js";
import type { RunStore } from "../../run/store/open-store.js";
import type { AnswersOfStep } from "../../training/loop/answer-references.js";
import { answeredGroup } from "../../training/loop/monitored.js";
import { type Recomputing, readGroups } from "./recompute.js";
import { type StoredGroup, storedGroups } from "./stored-step.js";

/** Of a step whose rollouts are lost or damaged there are none: figures that need them are left out, and compared with nothing. */
export function answersAsRead(
  store: RunStore,
  gaps: Gaps,
  { own, config, reading }: Pick<Recomputing, "own" | "config" | "reading">,
): AnswersOfStep {
  const steps = new Set(store.rolloutSteps());
  return async (step) => {
    if (!steps.has(step) || gaps.rollouts.includes(step)) return null;
    const kept = whole(await rowsOf(store, step), store.rolloutsFile(step));
    if (kept === null) return null;
    const first = kept.slice(0, passesNeeded(own.promptsPerStep, own.rejection));
    return readGroups(step, first, "policy", config, reading).map((group) => answeredGroup(group, null));
  };
}

async function rowsOf(store: RunStore, step: number): Promise<RolloutRow[] | null> {
  return store.rollouts(step).catch(nothingFor("rollouts-corrupt"));
}

function whole(rows: readonly RolloutRow[] | null, path: string): StoredGroup[] | null {
  try {
    return rows && storedGroups(rows, path);
  } catch (error) {
    return nothingFor("replay-rows")(error);
  }
}

/** Null for an error of this code; throws every other. */
const nothingFor = (code: string) => (error: unknown) => {
  if (error instanceof SelftrainError && error.code === code) return null;
  throw error;
};
