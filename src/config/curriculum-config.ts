/** The keys that say which groups and prompts are trained on, and the labelled prompts that a run is watched by. */
import { z } from "zod";

const positiveInt = z.int().positive();
const share = z.number().min(0).max(1);

export const rejectionSchema = z
  .strictObject({
    dropUnparsed: z
      .boolean()
      .default(false)
      .describe(
        "Rollouts without an answer are not trained on; a group that keeps fewer than two is rejected",
      ),
    minAgreement: share
      .default(0)
      .describe("Groups whose largest class holds less than this share of the votes are rejected"),
    zeroSignal: z
      .boolean()
      .default(false)
      .describe("Groups without a label, or whose rewards are all equal, are rejected (dynamic sampling)"),
    rewardBand: z
      .array(z.number())
      .length(2)
      .optional()
      .describe("Least and greatest mean reward of a group; others are rejected, for example [0.2, 0.8]"),
    keepFraction: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe("Share of the groups that passed all this which are trained on: the best by keepBy"),
    keepBy: z
      .enum(["agreement", "signal"])
      .default("signal")
      .describe("What makes a group good: agreement, or the spread of its rewards"),
    refillRounds: z
      .int()
      .min(0)
      .optional()
      .describe("Rounds of further prompts that may be sampled in the place of rejected ones (default: 4)"),
    onShortBatch: z
      .enum(["error", "train"])
      .optional()
      .describe("When the batch is still not full: stop with figures (default), or train on what there is"),
  })
  .prefault({})
  .describe("Rejection sampling");

export type RejectionConfig = z.output<typeof rejectionSchema>;

export const curriculumSchema = z
  .strictObject({
    stages: z
      .array(z.record(z.string().regex(/^\d+$/), z.number().positive()))
      .min(2)
      .describe("Mixture of levels of each stage, for example [{4: 1}, {4: 1, 6: 2}, {8: 1}]"),
    advanceOn: z
      .enum(["agreement", "unanimousShare", "reward"])
      .default("agreement")
      .describe(
        "Metric of the steps that tells when a stage is mastered: agreement and unanimousShare need no label; reward reads labels where true answers are paid",
      ),
    threshold: share.default(0.8).describe("The next stage begins when its mean reaches this"),
    window: positiveInt.default(3).describe("Steps that the mean is taken over"),
    maxSteps: positiveInt.optional().describe("Steps after which the next stage begins in any case"),
    groundTruthStages: z
      .int()
      .min(0)
      .default(0)
      .describe("The first so many stages are rewarded with true answers, as the paper's first level is"),
  })
  .describe("Stages of rising difficulty within the run");

export type CurriculumConfig = z.output<typeof curriculumSchema>;

/** The prompts are given by the caller, whose module needs this one. */
export const validationSchema = <P extends z.ZodType>(prompts: P) =>
  z
    .strictObject({
      prompts: prompts
        .optional()
        .describe(
          "Where they come from; by default held-out ones of the training source, and never those evaluated",
        ),
      size: positiveInt.default(32).describe("Number of labelled prompts"),
      samples: positiveInt.default(8).describe("Samples a prompt"),
      every: positiveInt.default(5).describe("Steps between two measurements"),
    })
    .describe("Accuracy on a few labelled prompts during training, for monitors to watch");

/** What the functions below read of a training configuration. */
interface Checked {
  readonly prompts: {
    readonly task?: string | undefined;
    readonly file?: string | undefined;
    readonly answerColumn?: string | undefined;
    readonly levels?: unknown;
    readonly size?: number | undefined;
    readonly subset?: string | undefined;
  };
  readonly evaluation: { readonly size: number };
  readonly reward: string;
  readonly samplesPerPrompt: number;
  readonly agreementThreshold: number;
  readonly easyFraction: number;
  readonly steps: number;
  readonly testTime: boolean;
  readonly rejection: RejectionConfig;
  readonly curriculum?: CurriculumConfig | undefined;
  readonly validation?: { readonly prompts?: unknown } | undefined;
}

type Refuse = (path: string, message: string, remedy: string) => void;

/** Reports each contradiction at one of its keys, naming both. */
export function checkCurriculum(config: Checked, check: z.core.$RefinementCtx): void {
  const refuse: Refuse = (path, message, remedy) =>
    check.addIssue({ code: "custom", path: path.split("."), message, params: { remedy } });
  checkRejection(config, refuse);
  checkStages(config, refuse);
  checkTestTime(config, refuse);
  checkValidation(config, refuse);
}

/** Whether any group may be rejected. */
export const rejects = ({ rejection: r }: Pick<Checked, "rejection">): boolean =>
  r.dropUnparsed || r.minAgreement > 0 || r.zeroSignal || r.rewardBand !== undefined || r.keepFraction < 1;

/** Also of a rule that a monitor switches on: `refuse` is told the keys of `rejection`. */
export function checkRejection(
  config: Pick<Checked, "rejection" | "samplesPerPrompt" | "agreementThreshold" | "reward">,
  refuse: Refuse,
): void {
  const { rejection, samplesPerPrompt, agreementThreshold, reward } = config;
  const { rewardBand: band, minAgreement, zeroSignal, refillRounds, onShortBatch } = rejection;
  const { dropUnparsed, keepFraction, keepBy } = rejection;
  if (!rejects(config))
    for (const [key, value] of Object.entries({ refillRounds, onShortBatch }))
      if (value !== undefined)
        refuse(
          `rejection.${key}`,
          `rejection.${key} ${value} is about rejected groups, and rejection rejects none`,
          "give minAgreement, zeroSignal, rewardBand, keepFraction or dropUnparsed, or leave it out",
        );
  if (rejects(config) && refillRounds === 0 && onShortBatch !== "train")
    refuse(
      "rejection.refillRounds",
      "rejection.refillRounds 0 never fills a batch again, and rejection.onShortBatch is error: the first rejected group would end the run",
      "allow a round or more, or take onShortBatch train",
    );
  if (band !== undefined && band[0]! > band[1]!)
    refuse(
      "rejection.rewardBand",
      `rejection.rewardBand begins at ${band[0]} and ends at ${band[1]}, below`,
      "put the smaller number first",
    );
  if (band !== undefined && reward === "majority" && band[1]! < minAgreement)
    refuse(
      "rejection.rewardBand",
      `rejection.rewardBand ends at ${band[1]} and rejection.minAgreement is ${minAgreement}: no group has so little reward and so much agreement`,
      "lower minAgreement, or raise the band",
    );
  if (dropUnparsed && reward === "format")
    refuse(
      "rejection.dropUnparsed",
      "rejection.dropUnparsed leaves the rollouts that have an answer, and reward format pays all of these the same: nothing would be learnt",
      "leave one of the two out",
    );
  // The default asks for nothing.
  if (keepBy !== "signal" && keepFraction === 1)
    refuse(
      "rejection.keepBy",
      `rejection.keepBy ${keepBy} says which groups are the best, and rejection.keepFraction 1 keeps all`,
      "give keepFraction, or leave it out",
    );
  if (zeroSignal && samplesPerPrompt < 2)
    refuse(
      "rejection.zeroSignal",
      `rejection.zeroSignal compares the rewards of a group, and samplesPerPrompt is ${samplesPerPrompt}`,
      "sample at least 2, or leave it out",
    );
  if (agreementThreshold > 0 && agreementThreshold <= minAgreement)
    refuse(
      "agreementThreshold",
      `agreementThreshold ${agreementThreshold} decides nothing: rejection.minAgreement ${minAgreement} has rejected such groups before`,
      "leave one of the two out",
    );
}

function checkStages({ curriculum, prompts, reward, easyFraction, steps }: Checked, refuse: Refuse): void {
  if (curriculum === undefined) return;
  const { stages, maxSteps, groundTruthStages } = curriculum;
  if (prompts.task === undefined)
    refuse(
      "curriculum",
      `curriculum goes through the levels of a task, and prompts.file is ${prompts.file}`,
      "name a task, or train on one file after another, each run from the one before",
    );
  const others = { levels: prompts.levels, subset: prompts.subset };
  for (const [key, value] of Object.entries(others))
    if (value !== undefined)
      refuse(
        `prompts.${key}`,
        `prompts.${key} and curriculum.stages both say which prompts are trained on`,
        "keep one of the two",
      );
  if (easyFraction < 1)
    refuse(
      "easyFraction",
      `easyFraction ${easyFraction} and curriculum.stages both say which prompts are easy`,
      "keep one of the two",
    );
  if (groundTruthStages > 0 && reward === "ground-truth")
    refuse(
      "curriculum.groundTruthStages",
      `curriculum.groundTruthStages ${groundTruthStages} pays true answers in some stages, and reward ground-truth in all`,
      "leave one of the two out",
    );
  if (groundTruthStages > stages.length)
    refuse(
      "curriculum.groundTruthStages",
      `curriculum.groundTruthStages ${groundTruthStages} is more than the ${stages.length} stages of curriculum.stages`,
      `take at most ${stages.length}`,
    );
  if (maxSteps !== undefined && maxSteps * (stages.length - 1) >= steps)
    refuse(
      "curriculum.maxSteps",
      `curriculum.maxSteps ${maxSteps} lets ${stages.length} stages outlast steps ${steps}: the last might never begin`,
      `take at most ${Math.max(1, Math.floor((steps - 1) / (stages.length - 1)))}, or more steps`,
    );
}

function checkTestTime(config: Checked, refuse: Refuse): void {
  const { testTime, prompts, evaluation, reward, curriculum } = config;
  if (!testTime) return;
  if (evaluation.size === 0)
    refuse(
      "testTime",
      "testTime trains on the prompts of the evaluation, and evaluation.size 0 asks for none",
      "give evaluation.size, or leave testTime out",
    );
  if (reward === "ground-truth" || reward === "mixed")
    refuse(
      "testTime",
      `testTime trains on the prompts of the evaluation, and reward ${reward} reads their answers`,
      "take a reward without labels",
    );
  const sayers = { "prompts.size": prompts.size, "prompts.subset": prompts.subset, curriculum };
  for (const [key, value] of Object.entries(sayers))
    if (value !== undefined)
      refuse(
        key,
        `${key} chooses training prompts, and testTime takes those of the evaluation (evaluation.size)`,
        "keep one of the two",
      );
}

function checkValidation({ validation, prompts }: Checked, refuse: Refuse): void {
  const unlabelled = prompts.file !== undefined && prompts.answerColumn === undefined;
  if (validation !== undefined && validation.prompts === undefined && unlabelled)
    refuse(
      "validation",
      "validation needs true answers, and prompts.answerColumn names no column of them",
      "give prompts.answerColumn, or labelled prompts in validation.prompts; monitors of other series need no labels",
    );
}
