/** openai/grade-school-math: solutions of four models to each question of the test set. They end in a line `A: 18`. */
import { jsonLines, lastMatch } from "../reading.mjs";

const MODELS = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"];
const answerLine = (text) => lastMatch(text, /^A: *(.*)$/gm);

export const gsm8k = {
  repository: "openai/grade-school-math",
  stated: "the last line `A: …`",
  files: /example_model_solutions\.jsonl$/,
  *rows(_path, text) {
    for (const [index, question] of jsonLines(text).entries()) {
      for (const model of MODELS) {
        const completion = question[model].solution;
        const gold = answerLine(question.ground_truth);
        yield { run: model, gold, completion, stated: answerLine(completion), group: String(index) };
      }
    }
  },
};
