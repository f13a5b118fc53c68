/** OpenLMLab/GAOKAO-Bench: multiple choice in Chinese, answered as `【解析】 … <eoe> 【答案】 A <eoa>`. Questions with one answer only. */
import { lastMatch } from "../reading.mjs";

/** Letters that no further ones follow, as in `A、C`: that is no answer to a single choice. */
const LETTERS = /【答案】\s*[:：]?\s*([A-G]+)(?![A-Za-z]|\s*[、,，和]\s*[A-G])/g;

export const gaokao = {
  repository: "OpenLMLab/GAOKAO-Bench",
  stated: "the letters behind the last 【答案】",
  files: /^Results\/.*_obj\/[^/]*\.json$/,
  *rows(_path, text) {
    const { keyword, model_name, example } = JSON.parse(text);
    for (const { index, standard_answer, model_output } of example ?? []) {
      if (standard_answer.length !== 1) continue;
      const stated = lastMatch(model_output, LETTERS);
      const group = `${keyword}-${index}`;
      yield {
        run: `${model_name}-${keyword}`,
        gold: standard_answer[0],
        completion: model_output,
        stated,
        group,
      };
    }
  },
};
