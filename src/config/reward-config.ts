/** The keys of a training configuration that say what is rewarded, and which of their values contradict each other. */
import { z } from "zod";
import { rewardUrlSchema } from "./endpoint-url.js";

const share = z.number().min(0).max(1);

export const rewardNames = [
  "majority",
  "soft",
  "majority-novelty",
  "ema-teacher",
  "fixed-teacher",
  "ground-truth",
  "mixed",
  "self-certainty",
  "negative-entropy",
  "http",
  "model",
  "random",
  "format",
  "wrong-answer",
] as const;

export type RewardName = (typeof rewardNames)[number];

const TEACHER_SAMPLES = 16;

export const rewardKeys = {
  reward: z
    .enum(rewardNames)
    .default("majority")
    .describe(
      "What is rewarded: majority is SRT; ground-truth and mixed read true answers; model pays the score of rewardModel; random, format and wrong-answer are controls; see docs/concepts/rewards.md",
    ),
  agreementThreshold: share
    .default(0)
    .describe(
      "Groups whose vote has less agreement give no reward, and no KL; of a fixed teacher, prompts on which it agreed less",
    ),
  votesPerPrompt: z
    .int()
    .positive()
    .optional()
    .describe("Rollouts a prompt that vote; the first samplesPerPrompt of them train (default: those alone)"),
  teacherSamples: z.int().positive().default(TEACHER_SAMPLES).describe("Votes of a teacher on a prompt"),
  teacherLabels: z
    .string()
    .optional()
    .describe("fixed-teacher: folder of labels that `selftrain label` made, instead of votes at the start"),
  teacherDecay: share
    .optional()
    .describe("ema-teacher: what the teacher keeps of its weights at each step (default 0.99)"),
  teacherVotes: z
    .enum(["alone", "joint"])
    .optional()
    .describe("ema-teacher: whether the teacher votes alone (default) or its votes count with the policy's"),
  labelledShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe("mixed: share of the prompts with a true answer whose answer is used (default 1)"),
  labelNoise: share
    .default(0)
    .describe("ground-truth, mixed: share of the true answers replaced by another prompt's, a wrong one"),
  randomProbability: share.optional().describe("random: probability that a rollout is paid (default 0.5)"),
  noveltyWidth: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe("majority-novelty: width of the band that novelty decides within a sign (default 0.5)"),
  rewardUrl: rewardUrlSchema.optional().describe("http: where groups are sent, by POST"),
  rewardTimeout: z
    .number()
    .positive()
    // A timer of more than 24 days would end at once.
    .max(24 * 60 * 60)
    .optional()
    .describe("http: seconds that an answer may take (default 60)"),
  rewardRetries: z
    .int()
    .min(0)
    .optional()
    .describe("http: further attempts where waiting may help, after 1, 2, 4 … seconds (default 3)"),
  rewardConcurrency: z.int().positive().optional().describe("http: groups under way at a time (default 8)"),
  rewardTokenVariable: z
    .string()
    .regex(/^[A-Za-z_]\w*$/)
    .optional()
    .describe("http: environment variable whose value is sent as a bearer token"),
} as const;

const schema = z.object(rewardKeys);
export type RewardConfig = z.output<typeof schema>;
type Sampled = Pick<RewardConfig, "reward" | "votesPerPrompt" | "teacherVotes"> & {
  readonly samplesPerPrompt: number;
};

/** Rewards that depend on how the policy's own rollouts vote. */
const VOTING: readonly RewardName[] = ["majority", "soft", "majority-novelty", "mixed", "wrong-answer"];

/** Whether the policy's own rollouts vote for what is rewarded. */
export const policyVotes = ({
  reward,
  teacherVotes,
}: Pick<RewardConfig, "reward" | "teacherVotes">): boolean =>
  VOTING.includes(reward) || (reward === "ema-teacher" && teacherVotes === "joint");

/** Rollouts of the policy a prompt. */
export const votersPerPrompt = ({
  votesPerPrompt,
  samplesPerPrompt,
}: Pick<Sampled, "votesPerPrompt" | "samplesPerPrompt">): number => votesPerPrompt ?? samplesPerPrompt;

/** What the keys of each reward are about, and the rewards that have it. */
const OWNERS: readonly {
  readonly keys: readonly (keyof RewardConfig)[];
  readonly about: string;
  readonly rewards: readonly RewardName[];
}[] = [
  { keys: ["teacherLabels"], about: "a teacher whose labels are fixed", rewards: ["fixed-teacher"] },
  { keys: ["teacherDecay", "teacherVotes"], about: "a teacher that moves", rewards: ["ema-teacher"] },
  { keys: ["labelledShare"], about: "prompts with and without a true answer", rewards: ["mixed"] },
  { keys: ["labelNoise"], about: "true answers", rewards: ["ground-truth", "mixed"] },
  { keys: ["randomProbability"], about: "a reward that is drawn", rewards: ["random"] },
  { keys: ["noveltyWidth"], about: "novelty", rewards: ["majority-novelty"] },
  {
    keys: ["rewardUrl", "rewardTimeout", "rewardRetries", "rewardConcurrency", "rewardTokenVariable"],
    about: "an HTTP endpoint",
    rewards: ["http"],
  },
  {
    keys: ["agreementThreshold"],
    about: "a vote that makes the label",
    rewards: [...VOTING, "ema-teacher", "fixed-teacher"],
  },
];

/** Keys that are about other rewards than this one, which refuses them. */
export const foreignKeys = (reward: RewardName): (keyof RewardConfig)[] =>
  OWNERS.flatMap(({ keys, rewards }) => (rewards.includes(reward) ? [] : keys));

type Refuse = (key: keyof RewardConfig, message: string, remedy: string) => void;

/** Reports each contradiction at one of its keys, naming both. */
export function checkReward(
  config: RewardConfig & { readonly samplesPerPrompt: number; readonly easyFraction: number },
  check: z.core.$RefinementCtx,
): void {
  const refuse: Refuse = (key, message, remedy) =>
    check.addIssue({ code: "custom", path: [key], message, params: { remedy } });
  const { reward } = config;
  for (const { keys, about, rewards } of OWNERS) {
    if (rewards.includes(reward)) continue;
    // 0 asks for no noise and no threshold.
    for (const key of keys)
      if (config[key] !== undefined && config[key] !== 0)
        refuse(
          key,
          `${key} ${config[key]} is about ${about}, and reward ${reward} has none`,
          `take reward ${rewards.join(" or ")}, or leave it out`,
        );
  }
  if (reward === "http" && config.rewardUrl === undefined)
    refuse("rewardUrl", "reward http has no rewardUrl to send groups to", "give rewardUrl");
  checkTeacher(config, refuse);
  checkVoters(config, refuse);
}

function checkTeacher(
  { reward, teacherSamples, teacherLabels, easyFraction }: RewardConfig & { readonly easyFraction: number },
  refuse: Refuse,
): void {
  if (teacherSamples === TEACHER_SAMPLES) return;
  if (teacherLabels !== undefined)
    refuse(
      "teacherSamples",
      `teacherSamples ${teacherSamples} asks a teacher to vote, and teacherLabels has its labels already`,
      "leave one of them out",
    );
  else if (reward !== "fixed-teacher" && reward !== "ema-teacher" && easyFraction === 1)
    refuse(
      "teacherSamples",
      `teacherSamples ${teacherSamples} is about a teacher, and reward ${reward} with easyFraction 1 has none`,
      "take reward fixed-teacher or ema-teacher, or leave it out",
    );
}

function checkVoters(config: RewardConfig & { readonly samplesPerPrompt: number }, refuse: Refuse): void {
  const { reward, votesPerPrompt, samplesPerPrompt } = config;
  if (votesPerPrompt === undefined) return;
  if (votesPerPrompt < samplesPerPrompt)
    refuse(
      "votesPerPrompt",
      `votesPerPrompt ${votesPerPrompt} is less than samplesPerPrompt ${samplesPerPrompt}, and those that train vote`,
      `take at least ${samplesPerPrompt}`,
    );
  // An endpoint may use the vote that it is sent.
  else if (votesPerPrompt > samplesPerPrompt && !policyVotes(config) && reward !== "http")
    refuse(
      "votesPerPrompt",
      `votesPerPrompt ${votesPerPrompt} asks for rollouts that only vote, and reward ${reward} does not look at their vote`,
      "take reward majority, for example, or leave it out",
    );
}
