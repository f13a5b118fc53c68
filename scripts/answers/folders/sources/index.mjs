/** The formats that folders of answers are made from, by the name of their folder. */
import { abel } from "./abel.mjs";
import { bigBenchHard } from "./big-bench-hard.mjs";
import { gaokao } from "./gaokao.mjs";
import { gsm8k } from "./gsm8k.mjs";
import { mathV } from "./math-v.mjs";
import { mathVista } from "./math-vista.mjs";
import { qwenMath } from "./qwen-math.mjs";
import { theoremQa } from "./theorem-qa.mjs";
import { tora } from "./tora.mjs";
import { zeroEval } from "./zero-eval.mjs";
import { zeroShotCot } from "./zero-shot-cot.mjs";

/**
 * Each has `repository`, its name on GitHub; `stated`, where the stated answer is read from; `files`, which paths hold completions; and
 * `rows(path, text, read)`, the rows `{run, gold, completion, choices?, stated?, group}` of one of them.
 */
export const sources = {
  gsm8k,
  tora,
  "zero-shot-cot": zeroShotCot,
  "math-v": mathV,
  "big-bench-hard": bigBenchHard,
  "math-vista": mathVista,
  "zero-eval": zeroEval,
  gaokao,
  "qwen-math": qwenMath,
  abel,
  "theorem-qa": theoremQa,
};
