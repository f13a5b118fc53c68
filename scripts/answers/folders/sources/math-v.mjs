/**
 * mathllm/MATH-V: completions of vision-language models about figures, with a chain of thought (`CoT`) and without, which are often an answer
 * alone. `model_answer`, in small letters, is the repository's own reading.
 */
import { jsonLines, lastBox, letterOf } from "../reading.mjs";

const TEST = "data/test.jsonl";
/** A response that is its answer: a letter, with or without the text of its choice, or a number. */
const LETTER_ALONE = /^\(?([A-E])(?:\)|[.:]|$)[^\n]{0,40}$/;
const NUMBER_ALONE = /^(-?\d+(?:\.\d+)?)\.?$/;

export const mathV = {
  repository: "mathllm/MATH-V",
  stated:
    "the last \\boxed{…}, else `model_answer` behind 'answer is' at the end, else a letter or number that is the whole response",
  files: /^outputs\/.*-source\/.*\.jsonl$/,
  *rows(path, text, read) {
    const questions = new Map(jsonLines(read(TEST)).map((question) => [question.id, question]));
    const run = path.split("/").at(-1).replace(".jsonl", "");
    for (const { id, response, model_answer } of jsonLines(text)) {
      const { answer, options } = questions.get(id);
      const choices = options.length > 0 ? options : undefined;
      const direct = alone(response, choices);
      const said = marked(response, model_answer, choices) ?? direct;
      const part = direct !== undefined || !run.includes("CoT") ? "direct" : "";
      yield { run, part, gold: answer, completion: response, choices, stated: said, group: id };
    }
  },
};

function alone(response, choices) {
  const text = response.trim();
  return (choices && LETTER_ALONE.exec(text)?.[1]) ?? NUMBER_ALONE.exec(text)?.[1];
}

function marked(response, read, choices) {
  const box = lastBox(response);
  if (box !== undefined) return box;
  if (read !== "" && new RegExp(`answer is:? \\(?${escaped(read)}[).]*\\s*$`, "i").test(response)) {
    const letter = choices?.some((_, i) => letterOf(i).toLowerCase() === read);
    return letter ? read.toUpperCase() : read;
  }
  return undefined;
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
