/** GAIR-NLP/abel: models of three sizes on GSM8K, its robust variant, MATH and multiple choice. Answers stand behind `####`. */
import { jsonLines, lastMatch } from "../reading.mjs";

export const abel = {
  repository: "GAIR-NLP/abel",
  stated: "what follows the last `####` on its line",
  files: /^outputs\/.*\.jsonl$/,
  *rows(path, text) {
    const [set, file] = path.split("/").slice(-2);
    for (const { id, response, gold } of jsonLines(text)) {
      const stated = lastMatch(response, /####[ \t]*(.*)$/gm);
      yield {
        run: `${set}-${file.replace(".jsonl", "")}`,
        gold: String(gold),
        completion: response,
        stated,
        group: `${set}-${id}`,
      };
    }
  },
};
