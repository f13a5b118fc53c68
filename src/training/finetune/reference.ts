/**
 * The reference's scores of a round's pairs, computed once, where the round begins: the policy itself is the reference then, and no
 * second model is held. Kept in the run, for after the first step that policy is gone.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Pair } from "../../core/preference/pairs.js";
import type { VotedPrompt } from "../../core/preference/voted-prompt.js";
import type { Engine } from "../../engine/engine.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { readStored } from "../../io/fs/stored.js";
import { stepName } from "../../run/step-name.js";
import { pairScores, type ReferenceScores } from "./update.js";

const fileSchema = z.object({ chosen: z.array(z.number()), rejected: z.array(z.number()) });

const pathOf = (run: { readonly path: string }, step: number) =>
  join(run.path, `reference-${stepName(step)}.json`);

/** Scores the pairs with the current policy, and keeps them as those of the round whose first step is `step`. */
export async function scoreReference(
  step: number,
  votes: readonly VotedPrompt[],
  pairs: readonly Pair[],
  engine: Engine,
  run: { readonly path: string },
): Promise<ReferenceScores> {
  const scores = await pairScores(votes, pairs, engine);
  writeFileAtomic(pathOf(run, step), `${JSON.stringify(scores)}\n`);
  return scores;
}

/** Forgets the scores of a round whose votes are made anew: they are of other pairs. */
export const forgetReference = (step: number, run: { readonly path: string }): void =>
  rmSync(pathOf(run, step), { force: true });

/** The kept scores; null where there are none. Throws `reference-scores-corrupt`. */
export function storedReference(
  step: number,
  pairs: readonly Pair[],
  run: { readonly path: string },
): ReferenceScores | null {
  const path = pathOf(run, step);
  if (!existsSync(path)) return null;
  return readStored(path, {
    code: "reference-scores-corrupt",
    message: "the reference's stored scores cannot be read",
    remedy: "restore the file, or start a new run",
    action: "read the reference's scores",
    read(text) {
      const scores = fileSchema.parse(JSON.parse(text));
      if (scores.chosen.length === pairs.length && scores.rejected.length === pairs.length) return scores;
      throw new Error(`scores of ${scores.chosen.length} pairs, and the round has ${pairs.length}`);
    },
  });
}
