/** QwenLM/Qwen2.5-Math: many samples of one model to each of 100 questions of MATH. */
import { jsonLines, lastBox } from "../reading.mjs";

export const qwenMath = {
  repository: "QwenLM/Qwen2.5-Math",
  stated: "the last \\boxed{…}",
  files: /eval_rm_maj_example\/.*\.jsonl$/,
  *rows(path, text) {
    const run = path.split("/").at(-1).replace(".jsonl", "");
    for (const { idx, gt, code } of jsonLines(text)) {
      for (const completion of code)
        yield { run, gold: gt, completion, stated: lastBox(completion), group: String(idx) };
    }
  },
};
