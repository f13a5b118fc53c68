/**
 * The majority vote over a group's answers: the pseudo-label of SRT (arXiv 2505.21444, section 3) and of
 * self-consistency (Wang et al. 2023). Answers are canonical, so equal strings are one class.
 */
import { isAnswer } from "../answer/same.js";
import { SelftrainError } from "../errors.js";
import { entropyOfCounts } from "./entropy.js";

/**
 * Which of several equally voted answers is the label.
 * - `none` (default): no label. A tie says nothing about which answer is better; any rule that looks at the
 *   answers would favour the same ones in every group, and so push the policy towards them.
 * - `smallest`: the first in code-unit order. Invariant to the order of the samples, but biased as said.
 * - `first`: the class whose first member was sampled first, as in the reference code. Depends on sample order.
 */
export type TieRule = "none" | "smallest" | "first";

/** The samples that share an answer. */
export interface AnswerClass {
  readonly answer: string;
  readonly count: number;
  /** Sample index of the first member. */
  readonly first: number;
  /** Sample indices, ascending. */
  readonly members: readonly number[];
}

export interface VoteResult {
  /** The pseudo-label; null where nobody answered, or a tie was not broken. */
  readonly label: string | null;
  /** Votes of the largest class, whether or not it became the label. */
  readonly votes: number;
  /** Agreement: `votes` / n. All n samples count, those without an answer too. */
  readonly share: number;
  /** By votes descending, then by answer in code-unit order. */
  readonly classes: readonly AnswerClass[];
  /** Whether two or more classes have the most votes. */
  readonly tie: boolean;
  /** The answers with the most votes, in code-unit order: one unless there is a tie. */
  readonly winners: readonly string[];
  /** Share of the n samples without an answer. */
  readonly noAnswerShare: number;
  /** Entropy (nats) of the classes among the samples that answered. */
  readonly entropy: number;
  /** (votes of the largest class − votes of the second largest) / n. */
  readonly margin: number;
}

/**
 * Counts n answers, in sample order. A missing or blank answer has no vote and never wins. But for each class's
 * sample indices, and the rule `first`, the result does not depend on the order of the answers.
 *
 * Throws `vote-empty-group` where there are no samples.
 */
export function majorityVote(
  answers: readonly (string | null)[],
  options: { readonly ties?: TieRule } = {},
): VoteResult {
  const n = answers.length;
  if (n === 0) {
    throw new SelftrainError({
      code: "vote-empty-group",
      message: "A vote needs at least one sample",
      found: 0,
      expected: "1 sample or more",
      remedy: "Sample at least one solution a prompt",
    });
  }
  const classes = answerClasses(answers);
  const votes = classes[0]?.count ?? 0;
  const leaders = classes.filter((c) => c.count === votes);
  const answered = classes.reduce((sum, c) => sum + c.count, 0);
  return {
    label: chooseLabel(leaders, options.ties ?? "none"),
    votes,
    share: votes / n,
    classes,
    tie: leaders.length > 1,
    winners: leaders.map((c) => c.answer),
    noAnswerShare: (n - answered) / n,
    entropy: entropyOfCounts(classes.map((c) => c.count)),
    margin: (votes - (classes[1]?.count ?? 0)) / n,
  };
}

function answerClasses(answers: readonly (string | null)[]): AnswerClass[] {
  const members = new Map<string, number[]>();
  answers.forEach((answer, sample) => {
    if (!isAnswer(answer)) return;
    const known = members.get(answer);
    if (known === undefined) members.set(answer, [sample]);
    else known.push(sample);
  });
  return [...members]
    .map(([answer, samples]) => ({ answer, count: samples.length, first: samples[0]!, members: samples }))
    .sort((a, b) => b.count - a.count || (a.answer < b.answer ? -1 : 1));
}

/** `leaders` are in code-unit order. */
function chooseLabel(leaders: readonly AnswerClass[], ties: TieRule): string | null {
  if (leaders.length <= 1 || ties === "smallest") return leaders[0]?.answer ?? null;
  if (ties === "none") return null;
  return leaders.reduce((best, c) => (c.first < best.first ? c : best)).answer;
}
