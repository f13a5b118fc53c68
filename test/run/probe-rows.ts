/** Rows of a probe whose answers are given, for tests that write or measure one. */
import { majorityVote } from "../../src/core/vote/majority.js";
import type { ProbeRow } from "../../src/run/run-directory.js";

export interface ProbedPrompt {
  readonly id: string;
  readonly text: string;
  readonly answers: readonly (string | null)[];
}

export function probeRows(step: number, prompts: readonly ProbedPrompt[]): ProbeRow[] {
  return prompts.flatMap(({ id, text, answers }, group) => {
    const { label, share } = majorityVote(answers);
    return answers.map((answer, sample) => ({
      step,
      group,
      sample,
      promptId: id,
      prompt: text,
      completion: `#${answer ?? ""}`,
      tokens: 2,
      finish: answer === null ? "length" : "stop",
      answer,
      graderError: null,
      voteLabel: label,
      voteShare: share,
      sumLogprob: -3,
      answerFrom: answer === null ? null : 1,
      answerTo: answer === null ? null : 2,
      tokenIds: [5, 6],
      tokenTexts: ["#", answer ?? ""],
      logprobs: [-1, -2],
      referenceLogprobs: null,
      entropies: null,
    }));
  });
}
