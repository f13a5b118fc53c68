/** Labels of the fixed teacher that `selftrain label` has made, read before a model is loaded. */
import { checkSamePrompt } from "../../data/same-prompt.js";
import { SelftrainError } from "../../errors.js";
import type { Prompt } from "../../group.js";
import { labelsFile } from "../label/folder.js";
import { readLabels } from "../label/read-labels.js";
import { promptOfRow } from "../label/rows.js";
import type { TeacherVotes } from "./teacher-votes.js";

/**
 * The votes on these prompts, by id; a folder may hold more. Throws as `readLabels` and `checkSamePrompt`, and `reward-label-missing` where
 * a prompt was not voted on.
 */
export async function readTeacherLabels(folder: string, prompts: readonly Prompt[]): Promise<TeacherVotes> {
  const rows = await readLabels(folder);
  const all = new Map(rows.map((row) => [row.promptId, row]));
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
  return new Map(
    prompts.map((prompt) => {
      const row = all.get(prompt.id)!;
      checkSamePrompt(promptOfRow(row), prompt, labelsFile(folder));
      return [prompt.id, { label: row.label, share: row.agreement }];
    }),
  );
}
