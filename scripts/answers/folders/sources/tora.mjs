/** microsoft/ToRA: programs, their output and a sentence with a box, on GSM8K and MATH. `code` holds the whole text. */
import { jsonLines, lastBox } from "../reading.mjs";

export const tora = {
  repository: "microsoft/ToRA",
  stated: "the last \\boxed{…}; not `pred`, which is the program's output where the text states nothing",
  files: /^src\/outputs\/.*\.jsonl$/,
  *rows(path, text) {
    const [model, set] = path.split("/").slice(-3);
    for (const { idx, gt, code } of jsonLines(text)) {
      for (const completion of code) {
        yield {
          run: `${model}-${set}`,
          gold: gt,
          completion,
          stated: lastBox(completion),
          group: `${set}-${idx}`,
        };
      }
    }
  },
};
