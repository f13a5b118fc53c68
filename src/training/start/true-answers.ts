/** True answers to the prompts of a run that is read again, as its prompts are on this machine now. */
import { finetuneConfigSchema } from "../../config/finetune-config.js";
import { trainConfigSchema } from "../../config/train-config.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import { readRunConfig } from "../../run/run-config.js";
import { readRunInfo } from "../../run/run-info.js";
import { trainingPrompts } from "./pools.js";
import { probeLabels } from "./probe-pool.js";

export interface TrueAnswers {
  readonly labels: HiddenLabels;
  /** Why they are not known, where the prompts cannot be had any more. */
  readonly missing: string | null;
}

/** Nothing is downloaded. Of a run that the prompts have no answers for, there are none. */
export async function trueAnswersOf(run: string): Promise<TrueAnswers> {
  return known(async () => {
    const config =
      readRunInfo(run).kind === "finetune"
        ? readRunConfig(run, finetuneConfigSchema)
        : readRunConfig(run, trainConfigSchema);
    return (await trainingPrompts(config, { cacheOnly: true })).labels;
  });
}

/** The same of the prompts of its probe. */
export const probeAnswersOf = (run: string): Promise<TrueAnswers> =>
  known(() => probeLabels(readRunConfig(run, trainConfigSchema), { cacheOnly: true }));

async function known(labels: () => Promise<HiddenLabels>): Promise<TrueAnswers> {
  try {
    return { labels: await labels(), missing: null };
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    return { labels: new Map(), missing: error.message };
  }
}
