/** The process of a playground: it is sent what is asked, sends what it samples, and ends. It is ended at any moment; there is nothing to save. */
import { majorityVote } from "../../../core/vote/majority.js";
import { SelftrainError } from "../../../errors.js";
import { mean } from "../../../numbers.js";
import { type SampledPrompt, samplePrompt } from "../../../training/evaluate/sample-prompt.js";
import type { PlaygroundMessage } from "../api/playground.js";

const say = (message: PlaygroundMessage): Promise<void> =>
  new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));

async function sample(asked: SampledPrompt): Promise<void> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const answers: (string | null)[] = [];
  for await (const rollouts of samplePrompt(asked)) {
    if (rollouts === null) {
      await say({ type: "loaded", seconds: seconds() });
      continue;
    }
    for (const { text, tokens, logprobs, finish, answer } of rollouts) {
      const meanLogprob = logprobs.length === 0 ? null : mean(logprobs);
      const shown = { completion: text, answer, tokens: tokens.length, finish, meanLogprob };
      await say({ type: "sample", sample: answers.length, ...shown });
      answers.push(answer);
    }
    await say(voteOn(answers));
  }
  await say({ type: "done", samples: answers.length, seconds: seconds() });
}

function voteOn(answers: readonly (string | null)[]): PlaygroundMessage {
  const { label, share, classes } = majorityVote(answers);
  const clusters = classes.map(({ answer, count, members }) => ({ answer, count, samples: members }));
  const answered = new Set(clusters.flatMap(({ samples }) => samples));
  return {
    type: "vote",
    samples: answers.length,
    label,
    agreement: share,
    clusters,
    unanswered: answers.flatMap((_, i) => (answered.has(i) ? [] : [i])),
  };
}

process.once("message", async (asked: SampledPrompt) => {
  try {
    await sample(asked);
  } catch (error) {
    const details =
      error instanceof SelftrainError
        ? error.toJSON()
        : { code: "unexpected", message: (error as Error).message, remedy: "report it" };
    await say({ type: "failed", error: details });
  }
  process.disconnect();
});
// Nobody is told any more.
process.once("disconnect", () => process.exit());
