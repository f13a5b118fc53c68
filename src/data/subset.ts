/** A selection of a pool's prompts, by the ids that a file lists. */
import { SelftrainError } from "../errors.js";
import type { HubOptions } from "../io/hub/options.js";
import type { PromptPool } from "./pool.js";
import { checkSamePrompt } from "./same-prompt.js";
import { dataFiles } from "./table/files.js";
import { readTable } from "./table/read.js";
import { textColumn } from "./table/row.js";

/**
 * The prompts of the pool whose ids stand in the column `promptId` of the file, in pool order. Throws `subset-unknown-prompts` where the
 * pool lacks some of them, `prompt-changed` where the column `prompt`, if there is one, has another text, `subset-empty`, and as reading a
 * file does.
 */
export async function takeSubset(pool: PromptPool, file: string, hub: HubOptions = {}): Promise<PromptPool> {
  const known = new Map(pool.prompts.map((prompt) => [prompt.id, prompt]));
  const wanted = new Set<string>();
  for await (const row of readTable(await dataFiles(file, hub), ["promptId", "prompt"])) {
    const id = textColumn(row, "promptId");
    const now = known.get(id);
    // A list of ids alone says nothing more.
    if (now !== undefined && row.columns.includes("prompt"))
      checkSamePrompt({ id, text: textColumn(row, "prompt") }, { id, text: now.text }, row.where);
    wanted.add(id);
  }
  if (wanted.size === 0) {
    throw new SelftrainError({
      code: "subset-empty",
      message: `${file} lists no prompts.`,
      expected: 'rows such as {"promptId": "…"}',
      where: file,
      remedy: "Write it with selftrain select.",
    });
  }
  const prompts = pool.prompts.filter(({ id }) => wanted.has(id));
  const unknown = [...wanted].filter((id) => !known.has(id));
  if (unknown.length === 0)
    return { ...pool, prompts, description: `${prompts.length} chosen by ${file} of ${pool.description}` };
  throw new SelftrainError({
    code: "subset-unknown-prompts",
    message: `${unknown.length} of the ${wanted.size} prompts of ${file} are not in the pool.`,
    found: unknown.slice(0, 5),
    expected: `ids of the ${known.size} prompts of the pool: ${pool.description}`,
    where: file,
    remedy:
      "Train on the prompts that were labelled: the same task, levels, size and seed, or the same file.",
  });
}
