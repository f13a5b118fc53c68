/** Votes of a labels folder as those of a round. */
import { isDeepStrictEqual } from "node:util";
import type { PromptPool } from "../../data/pool.js";
import { checkSamePrompt } from "../../data/same-prompt.js";
import { SelftrainError } from "../../errors.js";
import type { Prompt, TemplateVariables } from "../../group.js";
import { labelledWith, labelsFile } from "../label/folder.js";
import { readLabelledGroups } from "../label/read-labels.js";
import { type LabelRow, promptOfRow } from "../label/rows.js";
import type { VoteRow } from "./votes.js";

/**
 * The votes on prompts of the pool, in the order of the folder; those on other prompts are left out. Throws as `readLabelledGroups`,
 * `prompt-changed` where a prompt is another, `finetune-labels-changed` where it was asked in another way, and `finetune-labels-elsewhere`
 * where no prompt is of the pool.
 */
export async function labelledVotes(folder: string, { prompts }: PromptPool): Promise<VoteRow[]> {
  const known = new Map(prompts.map((prompt) => [prompt.id, prompt]));
  const rows: VoteRow[] = [];
  const variables = labelledWith(folder);
  let [read, group] = [0, 0];
  for await (const { row, rollouts } of readLabelledGroups(folder)) {
    read++;
    const prompt = known.get(row.promptId);
    if (prompt === undefined) continue;
    checkLabelled(folder, row, prompt, variables);
    for (const { meanLogprob, ...rollout } of rollouts)
      rows.push({
        group,
        ...rollout,
        prompt: row.prompt,
        graderError: null,
        voteLabel: row.label,
        voteShare: row.agreement,
        meanLogprob,
      });
    group++;
  }
  if (group > 0) return rows;
  throw new SelftrainError({
    code: "finetune-labels-elsewhere",
    message: "none of the labels is on a prompt that is trained on",
    found: `labels of ${read} prompts, none of them among the ${prompts.length} of the pool`,
    expected: "labels of at least one training prompt",
    where: folder,
    remedy: "label the same prompts: the same source, split train, size and seed",
  });
}

/** Throws `prompt-changed` and `finetune-labels-changed`: the completions are trained on as answers to just this. */
export function checkLabelled(
  folder: string,
  row: LabelRow,
  asked: Prompt,
  variables?: TemplateVariables,
): void {
  checkSamePrompt(promptOfRow(row), asked, labelsFile(folder));
  const { promptId, prompt, messages } = row;
  const said = asked.messages === undefined ? null : JSON.stringify(asked.messages);
  const told = messages === null || isDeepStrictEqual(variables, asked.variables);
  if (prompt === asked.text && messages === said && told) return;
  throw new SelftrainError({
    code: "finetune-labels-changed",
    message: "a prompt was asked in another way when it was labelled",
    found: told ? (messages ?? prompt) : { variables: variables ?? {} },
    expected: told ? (said ?? asked.text) : { variables: asked.variables ?? {} },
    where: `${folder}, prompt ${promptId}`,
    remedy: "use the same chat, system, instruction and variables as the labels, or make them again",
  });
}
