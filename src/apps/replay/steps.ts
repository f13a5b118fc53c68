/** Which of a run's steps are replayed. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { RunStore } from "../../run/store/open-store.js";
import type { StepFile } from "../../run/store/step-files.js";

/** Whether a step is of `10`, `10-20` or `10-`; of all where nothing is said. */
export function isChosen(step: number, steps = "0-"): boolean {
  const [first, last = first] = steps.split("-");
  return step >= Number(first) && (last === "" || step <= Number(last));
}

/** Steps that were done when the stage of a step began, by the lines of both; 0 without a curriculum. Null where lost lines leave it open. */
export function stageStart(records: readonly MetricRecord[], step: number): number | null {
  const stages = new Map(
    records.flatMap((own) => (own.kind === "step" ? [[own.step, own.metrics.stage] as const] : [])),
  );
  const stage = stages.get(step);
  if (![...stages.values()].some((known) => known !== undefined)) return 0;
  if (stage === undefined) return null;
  const first = Math.min(...[...stages].flatMap(([own, known]) => (known === stage ? [own] : [])));
  return first === 1 || stages.has(first - 1) ? first - 1 : null;
}

/** The rollouts files of the chosen steps. Throws `replay-no-steps`. */
export function rolloutsOf(store: RunStore, steps: string | undefined): StepFile[] {
  const all = store.files("rollouts");
  const chosen = all.filter(({ step }) => isChosen(step, steps));
  if (chosen.length > 0) return chosen;
  throw new SelftrainError({
    code: "replay-no-steps",
    message: steps === undefined ? "The run has no rollouts" : `The run has no rollouts of steps ${steps}`,
    found: all.length === 0 ? "none" : `steps ${all[0]!.step} to ${all.at(-1)!.step}`,
    where: join(store.path, "rollouts"),
    remedy: all.length === 0 ? "let it finish a step" : "name steps that it has",
  });
}

/** Makes the folder that recomputed rollouts go to. Throws `replay-output-occupied` where it has something in it. */
export function emptyFolder(path: string): void {
  makeFolder(path);
  const names = guardFs("read the folder", path, () => readdirSync(path));
  if (names.length === 0) return;
  throw new SelftrainError({
    code: "replay-output-occupied",
    message: "The output folder is not empty.",
    found: names.slice(0, 5),
    where: path,
    remedy: "choose another output, or empty the folder",
  });
}
