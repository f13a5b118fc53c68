/** What an endpoint is sent of a group, and what it answers. */
import { z } from "zod";
import type { GroupReward } from "../../core/reward/reward-source.js";
import type { VoteResult } from "../../core/vote/majority.js";
import { SelftrainError } from "../../errors.js";
import type { Group } from "../../group.js";

/** The body of a request: a whole group, so that a reward may compare rollouts. Nothing in it is a true answer. */
export function requestBody(step: number, { prompt, rollouts }: Group, vote: VoteResult): string {
  const { label, share, margin, tie, entropy, noAnswerShare, classes } = vote;
  return JSON.stringify({
    step,
    prompt,
    completions: rollouts.map(({ text, answer, finish, tokens, graderError }) => ({
      text,
      answer,
      finish,
      tokens: tokens.length,
      ...(graderError === undefined ? {} : { graderError }),
    })),
    vote: {
      label,
      agreement: share,
      margin,
      tie,
      entropy,
      noAnswerShare,
      classes: classes.map(({ answer, count, weight, members }) => ({ answer, count, weight, members })),
    },
  });
}

const answer = z.object({ rewards: z.array(z.number()).nullable() });

/**
 * `{"rewards": [0.5, …]}` with a number for every completion, or `{"rewards": null}` for a group that gives no reward. Throws
 * `reward-answer-malformed` and `reward-answer-length`. JSON has no NaN and no infinity; `null` among the numbers is refused.
 */
export function readAnswer(text: string, { prompt, rollouts }: Group, url: string): GroupReward {
  const where = `${url}, prompt ${prompt.id}`;
  const { rewards } = parse(text, where);
  if (rewards === null) return { label: null, rewards: rollouts.map(() => 0), rewarded: false };
  if (rewards.length === rollouts.length) return { label: null, rewards, scores: rewards, rewarded: true };
  throw new SelftrainError({
    code: "reward-answer-length",
    message: "the reward endpoint did not answer with one reward a completion",
    found: rewards.length,
    expected: `${rollouts.length} rewards, in the order of the completions`,
    where,
    remedy: "mend the endpoint; the step was not trained, and --resume does it again",
  });
}

function shown(text: string): string {
  if (text === "") return "an empty answer";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function parse(text: string, where: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch (cause) {
    throw new SelftrainError(
      {
        code: "reward-answer-malformed",
        message: "the reward endpoint's answer cannot be used",
        found: shown(text),
        expected: 'JSON such as {"rewards": [1, 0, 0.5]}, all of them finite numbers, or {"rewards": null}',
        where,
        remedy: "mend the endpoint; the step was not trained, and --resume does it again",
      },
      { cause },
    );
  }
}
