/**
 * The reference's scores of a round's pairs, computed once, where the round begins: the policy itself is the reference then, and no
 * second model is held. Kept in the run, for after the first step that policy is gone.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Engine } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../fs/atomic.js";
import type { Pair } from "../../preference/pairs.js";
import type { VotedPrompt } from "../../preference/voted-prompt.js";
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
  try {
    const scores = fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    if (scores.chosen.length === pairs.length && scores.rejected.length === pairs.length) return scores;
    throw new Error(`scores of ${scores.chosen.length} pairs, and the round has ${pairs.length}`);
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "reference-scores-corrupt",
        message: "the reference's stored scores cannot be read",
        found: (cause as Error).message,
        where: path,
        remedy: "restore the file, or start a new run",
      },
      { cause },
    );
  }
}
