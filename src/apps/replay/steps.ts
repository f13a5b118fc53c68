/** Which of a run's steps are replayed. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { makeFolder } from "../../io/fs/folder.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { listRollouts } from "../../run/rollouts.js";

/** The rollouts files of `10`, `10-20` or `10-`; of all steps where nothing is said. Throws `replay-no-steps`. */
export function rolloutsOf(run: string, steps: string | undefined): { step: number; path: string }[] {
  const all = listRollouts(join(run, "rollouts"));
  const [first = "0", last = first] = (steps ?? "0-").split("-");
  const end = last === "" ? Number.POSITIVE_INFINITY : Number(last);
  const chosen = all.filter(({ step }) => step >= Number(first) && step <= end);
  if (chosen.length > 0) return chosen;
  throw new SelftrainError({
    code: "replay-no-steps",
    message: steps === undefined ? "The run has no rollouts" : `The run has no rollouts of steps ${steps}`,
    found: all.length === 0 ? "none" : `steps ${all[0]!.step} to ${all.at(-1)!.step}`,
    where: join(run, "rollouts"),
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
