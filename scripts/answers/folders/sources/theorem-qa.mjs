/**
 * TIGER-AI-Lab/TheoremQA: base models with five examples, which write on after their answer, up to the next problem that they make up. A
 * completion is cut after its first line `The answer is X`, where a stop sequence would have ended it.
 */
import { jsonLines } from "../reading.mjs";

const ANSWER = /^(?:.*\. |[ \t]*)The answer is:? *([^\n]*)/m;

export const theoremQa = {
  repository: "TIGER-AI-Lab/TheoremQA",
  stated: "the rest of the first line 'The answer is', without its full stop",
  files: /^outputs\/.*\.jsonl$/,
  *rows(path, text) {
    const run = path.split("/").at(-1).replace(".jsonl", "");
    for (const { question, correct, solution } of jsonLines(text)) {
      const answer = ANSWER.exec(solution);
      const completion = answer === null ? solution : solution.slice(0, answer.index + answer[0].length);
      const stated = answer?.[1].trim().replace(/\.$/, "") || undefined;
      yield { run, gold: String([correct].flat()[0]), completion, stated, group: question };
    }
  },
};
