/** The vote service of a job: it reads answers and counts them as the run does. */
import { solutionRules, taskRules } from "../../core/answer/extract/rules.js";
import { SelftrainError } from "../../errors.js";
import type { Experiment } from "./experiment.js";
import type { Target } from "./target.js";

/** MiB of a request: the groups of a step of some thousand long completions. */
const MAX_BODY = 1024;

/** Configuration of `selftrain vote serve`. Throws `handoff-weights` where the vote needs logprobs that the target does not know. */
export function voteConfigOf({ config }: Experiment, { logprobs, title }: Target): object {
  const { answers, vote, reward, seed, prompts } = config;
  if (!logprobs && (vote.weights !== "uniform" || vote.ties === "logprob"))
    throw new SelftrainError({
      code: "handoff-weights",
      message: `the vote needs logprobs of the completions, which ${title} does not give to a reward`,
      found: { weights: vote.weights, ties: vote.ties },
      expected: "uniform weights, and ties broken by another rule",
      where: "vote",
      remedy: "hand over to skyrl, or a run with other weights",
    });
  const { task } = prompts;
  return {
    maxBodyMiB: MAX_BODY,
    ...(task === undefined ? {} : { task }),
    rules: answers.rules ?? (answers.regex === undefined ? rulesOf(task) : ["regex"]),
    ...(answers.regex === undefined ? {} : { regex: answers.regex }),
    canonicaliser: answers.canonicaliser,
    truncated: answers.truncated,
    maxFailureShare: answers.maxFailureShare,
    ...vote,
    reward,
    seed,
  };
}

const rulesOf = (task: string | undefined) => [...(task === undefined ? solutionRules : taskRules)];
