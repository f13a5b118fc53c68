/** `votes.json` of a reward model's run: which votes it was begun with, so that it is not resumed with others. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import type { RewardVotes } from "./examples.js";

type Kept = Pick<RewardVotes, "examples" | "heldOut" | "description">;

const fileOf = (run: string): string => join(run, "votes.json");

/** Writes the file of a run that has none yet. */
export function keepVotes(run: string, votes: Kept): void {
  if (!existsSync(fileOf(run))) writeFileAtomic(fileOf(run), contentOf(votes).text);
}

/** Throws `votes-changed` where the votes are not those that the run was begun with. */
export function checkVotesUnchanged(run: string, votes: Kept): void {
  const path = fileOf(run);
  if (!existsSync(path)) return;
  const { sha256, text } = contentOf(votes);
  const before = guardFs("read the votes that the run was begun with", path, () =>
    readFileSync(path, "utf8"),
  );
  if (before.includes(sha256)) return;
  throw new SelftrainError({
    code: "votes-changed",
    message: "The votes are not those that this run was begun with.",
    found: text.trim(),
    expected: before.trim(),
    where: path,
    remedy: "Bring the votes back, give the same steps of the run (votes.toStep), or train anew.",
  });
}

function contentOf({ examples, heldOut, description }: Kept): { sha256: string; text: string } {
  // True answers are no part of it: they are measured by, and may be absent.
  const content = [examples, heldOut].map((part) =>
    part.map(({ id, verdict, sequences }) => [id, verdict, sequences]),
  );
  const sha256 = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const text = `${JSON.stringify({ trained: examples.length, heldOut: heldOut.length, sha256, description }, null, 2)}\n`;
  return { sha256, text };
}
