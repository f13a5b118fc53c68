/** The keys of a training configuration that say how rewards become an update, and which of their values contradict each other. */
import { z } from "zod";
import { policyVotes, type RewardConfig, votersPerPrompt } from "./reward-config.js";

export const methodKeys = {
  advantage: z
    .enum([
      "rloo",
      "grpo",
      "dr-grpo",
      "mean-centred",
      "batch-normalised",
      "reinforce++",
      "reinforce++-baseline",
    ])
    .default("rloo")
    .describe("Advantage estimator; see docs/concepts/estimators.md"),
  aggregation: z
    .enum(["token-mean", "sequence-mean", "constant-length"])
    .default("token-mean")
    .describe("How token losses are averaged over the batch"),
  loss: z
    .enum(["importance-sampling", "ppo-clip", "gspo", "cispo"])
    .default("importance-sampling")
    .describe("Policy loss; see docs/concepts/losses.md"),
  clipLow: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Ratios are clipped below 1 minus this (default: ppo-clip 0.2, gspo 0.0003, cispo 1)"),
  clipHigh: z
    .number()
    .min(0)
    .optional()
    .describe("Ratios are clipped above 1 plus this (default: ppo-clip 0.2, gspo 0.0004, cispo 4)"),
  dualClip: z
    .number()
    .gt(1)
    .optional()
    .describe("ppo-clip: bound on the ratio of tokens with a negative advantage (none by default)"),
  klCoefficient: z.number().min(0).default(0).describe("KL to the reference policy; 0 asks for none"),
  klEstimator: z.enum(["k1", "k2", "k3"]).default("k3").describe("Estimator of the KL of a token"),
  klIn: z
    .enum(["reward", "loss"])
    .optional()
    .describe("Where the KL is subtracted (default: reward for rloo and reinforce++, loss for the others)"),
  klCorrection: z
    .boolean()
    .default(false)
    .describe("Weight a KL term of the loss by the importance ratio, which makes its gradient unbiased"),
  klReference: z
    .enum(["start", "moving"])
    .default("start")
    .describe("The reference policy: the starting one, or the run's own of some steps ago"),
  klReferenceEvery: z
    .int()
    .positive()
    .optional()
    .describe("Steps after which a moving reference is taken anew"),
  entropyBonus: z
    .number()
    .min(0)
    .default(0)
    .describe("Coefficient of the entropy of the next-token distribution, which the loss then rewards"),
  updatesPerBatch: z
    .int()
    .positive()
    .default(1)
    .describe("Passes over a batch; ratios stay those to the policy that sampled it"),
  miniBatches: z
    .int()
    .positive()
    .default(1)
    .describe("Parts that a batch is cut into, between prompts, with an optimiser step each"),
} as const;

/** The learning rate as a function of the step. */
export const scheduleKeys = {
  warmupSteps: z.int().min(0).default(0).describe("Steps of linear learning-rate warm-up"),
  decay: z
    .enum(["constant", "cosine", "linear"])
    .default("constant")
    .describe("Learning rate after the warm-up"),
} as const;

/** Where the KL goes if nothing is said: for the estimators whose papers have it in the reward, there. */
export const klPlace = ({ klIn, advantage }: Pick<MethodConfig, "klIn" | "advantage">): "reward" | "loss" =>
  klIn ?? (advantage === "rloo" || advantage === "reinforce++" ? "reward" : "loss");

const configSchema = z.object({ ...methodKeys, ...scheduleKeys });

export type MethodConfig = z.output<typeof configSchema> & {
  readonly reward: RewardConfig["reward"];
  readonly votesPerPrompt?: number | undefined;
  readonly teacherVotes?: RewardConfig["teacherVotes"];
  readonly steps: number;
  readonly samplesPerPrompt: number;
  readonly promptsPerStep: number;
};

type Refuse = (key: keyof MethodConfig, message: string, remedy: string) => void;

/** Reports each contradiction at one of its keys, naming both. */
export function checkMethod(config: MethodConfig, check: z.core.$RefinementCtx): void {
  const refuse: Refuse = (key, message, remedy) =>
    check.addIssue({ code: "custom", path: [key], message, params: { remedy } });
  checkGroups(config, refuse);
  checkClip(config, refuse);
  checkKl(config, refuse);
  const { miniBatches, promptsPerStep, warmupSteps, steps } = config;
  if (miniBatches > promptsPerStep)
    refuse(
      "miniBatches",
      `miniBatches ${miniBatches} is more than promptsPerStep ${promptsPerStep}, and a prompt is not cut`,
      `take at most ${promptsPerStep}`,
    );
  if (warmupSteps > steps)
    refuse(
      "warmupSteps",
      `warmupSteps ${warmupSteps} outlasts steps ${steps}: the learning rate would never arrive`,
      `take at most ${steps}`,
    );
}

function checkGroups(config: MethodConfig, refuse: Refuse): void {
  const { advantage, samplesPerPrompt, promptsPerStep, reward, aggregation } = config;

  if (samplesPerPrompt < 2) {
    if (advantage !== "reinforce++")
      refuse(
        "samplesPerPrompt",
        `samplesPerPrompt ${samplesPerPrompt} gives advantage ${advantage} nothing to compare a rollout with`,
        "sample at least 2, or take advantage reinforce++",
      );
    else if (policyVotes(config) && reward !== "ema-teacher" && votersPerPrompt(config) < 2)
      refuse(
        "samplesPerPrompt",
        `samplesPerPrompt ${samplesPerPrompt} leaves reward ${reward} a vote of one, which always wins`,
        "sample at least 2, give votesPerPrompt, or take reward fixed-teacher",
      );
    else if (promptsPerStep < 2)
      refuse(
        "samplesPerPrompt",
        `samplesPerPrompt ${samplesPerPrompt} and promptsPerStep ${promptsPerStep} make a batch of one, whose advantage is always 0`,
        "raise one of the two",
      );
  }
  if (advantage === "dr-grpo" && aggregation !== "constant-length")
    refuse(
      "advantage",
      `advantage dr-grpo is defined with aggregation constant-length, and aggregation is ${aggregation}`,
      "take aggregation constant-length, or advantage mean-centred with any aggregation",
    );
}

function checkClip({ loss, clipLow, clipHigh, dualClip }: MethodConfig, refuse: Refuse): void {
  if (loss === "importance-sampling")
    for (const [key, value] of Object.entries({ clipLow, clipHigh } as const))
      if (value !== undefined)
        refuse(
          key as "clipLow" | "clipHigh",
          `${key} ${value} clips ratios, and loss importance-sampling does not`,
          "take loss ppo-clip, gspo or cispo, or leave it out",
        );
  if (dualClip === undefined) return;
  if (loss !== "ppo-clip")
    refuse("dualClip", `dualClip ${dualClip} belongs to loss ppo-clip, and loss is ${loss}`, "leave it out");
  else if (dualClip <= 1 + (clipHigh ?? 0.2))
    refuse(
      "dualClip",
      `dualClip ${dualClip} lies within 1 + clipHigh ${clipHigh ?? 0.2}, where ratios are not clipped`,
      "raise it; 3 is usual",
    );
}

function checkKl(config: MethodConfig, refuse: Refuse): void {
  const { klCoefficient, klEstimator, klIn, klCorrection, klReference, klReferenceEvery } = config;
  const moving = klReference === "moving";
  if (klCoefficient === 0) {
    const unused = {
      klEstimator: klEstimator !== "k3",
      klIn: klIn !== undefined,
      klCorrection,
      klReference: moving,
      klReferenceEvery: klReferenceEvery !== undefined,
    };
    for (const [key, given] of Object.entries(unused))
      if (given)
        refuse(
          key as keyof typeof unused,
          `${key} is about a KL, and klCoefficient 0 asks for none`,
          "give klCoefficient, or leave it out",
        );
    return;
  }
  if (klCorrection && klPlace(config) === "reward")
    refuse(
      "klCorrection",
      "klCorrection is about a KL term of the loss, and klIn is reward",
      "take klIn loss, or leave it out",
    );
  if (moving && klReferenceEvery === undefined)
    refuse(
      "klReference",
      `klCoefficient ${klCoefficient} asks for a KL, and klReference moving without klReferenceEvery is no reference`,
      "give klReferenceEvery, or take klReference start",
    );
  if (!moving && klReferenceEvery !== undefined)
    refuse(
      "klReferenceEvery",
      `klReferenceEvery ${klReferenceEvery} moves the reference, and klReference is start`,
      "take klReference moving, or leave it out",
    );
}
