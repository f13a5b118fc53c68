/**
 * kojima-takeshi188/zero_shot_cot: logs of one model, with and without a chain of thought. After the solution stands the prompt that asks
 * for the answer (`Therefore, the answer (arabic numerals) is`); `pred_before` is what the model said to it. `pred_after` is not used: it is the
 * first of several candidates, and 2 of `.2`.
 */
import { lettered } from "../reading.mjs";

const ENTRY =
  /^Q: ?([\s\S]*?)\nA: ?([\s\S]*?)\npred_before : ?([\s\S]*?)\npred_after : [\s\S]*?\npred_list [\s\S]*?\nGT : ?(.*)$/;

/** What an answer may look like, by the name of the data set at the start of the file's. */
const kinds = {
  aqua: /[A-E](?![A-Za-z])/g,
  commonsensqa: /[A-E](?![A-Za-z])/g,
  shuffled: /[A-C](?![A-Za-z])/g,
  strategyqa: /\b(?:yes|no)\b/gi,
  coin: /\b(?:yes|no)\b/gi,
  last: /^"?[a-z]+"?\.?$/gi,
  date: /[A-F](?![A-Za-z])/g,
};
const number = /-?(?:\d+(?:\.\d+)?|\.\d+)(?: ?%)?/g;

export const zeroShotCot = {
  repository: "kojima-takeshi188/zero_shot_cot",
  stated: "the one candidate in the first line of `pred_before`; none where there are several",
  files: /^log\/.*\.log$/,
  *rows(path, text) {
    const run = path.split("/").at(-1).replace(".log", "");
    const set = run.replace(/_zero_shot(_cot)?$/, "");
    const kind = kinds[set.split("_")[0]] ?? number;
    for (const entry of text.split(/^\d+_th_sampling\n/m).slice(1)) {
      const parsed = ENTRY.exec(entry.split(/\n\*{20,}/)[0]);
      if (parsed === null) continue;
      const [question, completion, before, gold] = parsed.slice(1).map((part) => part.trim());
      const candidates = new Set(before.split("\n")[0].replace(/[,$]/g, "").match(kind));
      const stated = candidates.size === 1 ? [...candidates][0] : undefined;
      const choices = lettered(question.split("Answer Choices:")[1] ?? "");
      yield { run, gold, completion, choices, stated, group: `${set}: ${question}` };
    }
  },
};
