/** The groups of a step with their votes, and the rollouts of one. Answers are canonical: equal strings are one class. */
import type { Gap } from "./problem.js";
import type { Source } from "./routes.js";

/** Whether the label is the true answer; `unknown` without a true answer, `none` without a label. */
export type Verdict = "right" | "wrong" | "unknown" | "none";

/** One class of the vote. */
export interface Cluster {
  readonly answer: string;
  readonly count: number;
  /** Numbers of its samples. */
  readonly samples: readonly number[];
  /** Reward of its members, and advantage; null where there is none or members differ (`…Mixed`). */
  readonly reward: number | null;
  readonly advantage: number | null;
  readonly rewardMixed: boolean;
  readonly advantageMixed: boolean;
}

/** A prompt of a step with the vote on it. */
export interface VotedGroup {
  readonly group: number;
  readonly promptId: string;
  readonly prompt: string;
  /** The majority's answer; null where there is none. */
  readonly label: string | null;
  /** The answer that was rewarded, where it is another than the label. */
  readonly rewardLabel: string | null;
  /** The true answer, which training did not see; null where it is not known. */
  readonly truth: string | null;
  readonly verdict: Verdict;
  /** Share of the largest class of all samples. */
  readonly agreement: number;
  /** Share of the largest less that of the second; 0 in a tie. */
  readonly margin: number;
  readonly tie: boolean;
  /** In order of size. Those of the policy; a teacher's answers are no part of its vote. */
  readonly clusters: readonly Cluster[];
  /** Samples without an answer. */
  readonly unanswered: readonly number[];
  readonly samples: number;
  /** Share of the samples that are right; null without a true answer. */
  readonly accuracy: number | null;
  /** Mean tokens of a completion. */
  readonly meanTokens: number;
  /** By sample, for histograms and filters; null where a sample has none. */
  readonly rewards: readonly (number | null)[];
  readonly advantages: readonly (number | null)[];
  readonly tokens: readonly number[];
  /** Why the group was not trained on; null where any of it was, and of a probe. */
  readonly rejected: string | null;
}

export interface StepGroups {
  readonly source: Source;
  readonly step: number;
  readonly groups: readonly VotedGroup[];
  /** Neighbouring steps that are kept. */
  readonly previous: number | null;
  readonly next: number | null;
  readonly gaps: readonly Gap[];
}

/** The tokens of a completion, the end of sequence included; all lists have an entry a token. Joined, `texts` are the completion. */
export interface Tokens {
  readonly texts: readonly string[];
  /** The policy's log-probability (nats). */
  readonly logprobs: readonly number[];
  /** The reference's of the same tokens; null where it was not measured. KL by token is `logprobs − referenceLogprobs`. */
  readonly referenceLogprobs: readonly number[] | null;
  /** Entropy (nats) of the policy where the token was drawn; null where it was not kept. */
  readonly entropies: readonly number[] | null;
  /** The tokens that the answer stands in, from the first to the one before `answerTo`; null without an answer. */
  readonly answerFrom: number | null;
  readonly answerTo: number | null;
}

export interface ShownRollout {
  readonly sample: number;
  /** `policy` or `teacher`. */
  readonly sampledBy: string;
  readonly trained: boolean;
  readonly completion: string;
  readonly answer: string | null;
  readonly right: boolean | null;
  readonly graderError: string | null;
  readonly reward: number | null;
  readonly score: number | null;
  readonly modelScore: number | null;
  readonly advantage: number | null;
  /** Sum over tokens (nats); null in runs of versions that did not write it. */
  readonly sumLogprob: number | null;
  readonly meanLogprob: number | null;
  readonly kl: number | null;
  readonly tokenCount: number;
  /** `stop` at an end of sequence, `length` at the longest allowed. */
  readonly finish: string;
  readonly rejected: string | null;
  /** Null where they were not kept: a gap says so. */
  readonly tokens: Tokens | null;
}

export interface GroupRollouts {
  readonly source: Source;
  readonly step: number;
  readonly group: VotedGroup;
  readonly rollouts: readonly ShownRollout[];
  /** Other steps of the source that have this prompt, in order; of rollouts, those that were looked at. */
  readonly otherSteps: readonly number[];
  readonly gaps: readonly Gap[];
}
