/** Labels of the fixed teacher that `selftrain label` has made, read before a model is loaded. */
import { SelftrainError } from "../errors.js";
import type { Prompt } from "../group.js";
import { readLabels } from "../label/read-labels.js";
import type { TeacherVotes } from "./teacher.js";

/**
 * The votes on these prompts, by id; a folder may hold more. Nothing else of a row is read. Throws as `readLabels`, and `reward-label-missing`
 * where a prompt was not voted on.
 */
export async function readTeacherLabels(folder: string, prompts: readonly Prompt[]): Promise<TeacherVotes> {
  const rows = await readLabels(folder);
  const all = new Map(rows.map(({ promptId, label, agreement }) => [promptId, { label, share: agreement }]));
  const missing = prompts.filter(({ id }) => !all.has(id));
  if (missing.length > 0) {
    throw new SelftrainError({
      code: "reward-label-missing",
      message: "teacherLabels has no row for some prompts of the pool",
      found: `${missing.length} of ${prompts.length} prompts without a vote`,
      expected: "a vote on every training prompt",
      where: `${folder}, prompt ${missing[0]!.id}`,
      remedy:
        "make labels of the same prompts: the same source, size and seed, and split whole where a file is trained on without evaluation",
    });
  }
  return new Map(prompts.map(({ id }) => [id, all.get(id)!]));
}
