/** What a playground asks of which checkpoint: as the run itself asks its prompts and reads its answers. */
import { z } from "zod";
import { answersSchema } from "../../../config/answers-config.js";
import { chatKeys } from "../../../config/chat-keys.js";
import { engineSchema } from "../../../config/engine-config.js";
import { SelftrainError } from "../../../errors.js";
import { Refusal } from "../../../io/http/refusal.js";
import type { SampledPrompt } from "../../../training/evaluate/sample-prompt.js";
import type { OpenRun } from "../runs/open-run.js";

export const playgroundSchema = z.strictObject({
  prompt: z.string().min(1).max(20_000),
  checkpoint: z.int().min(0).optional(),
  samples: z.int().min(1).max(64).default(16),
  temperature: z.number().min(0).max(10).default(1),
  maxNewTokens: z.int().min(1).max(8192).optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  force: z.boolean().default(false),
});

/** Keys that runs of any kind may have. */
const configSchema = z.object({
  prompts: z.object({ task: z.string().optional(), ...chatKeys }).default({}),
  answers: answersSchema,
  maxNewTokens: z.int().positive().default(64),
});

/** Throws `checkpoint-unknown` (404), and `run-config-invalid` where it does not say how the run asks. */
export function sampledPrompt(
  { path, store }: OpenRun,
  { checkpoint, maxNewTokens, force: _, ...asked }: z.output<typeof playgroundSchema>,
): SampledPrompt & { readonly step: number } {
  const all = store.checkpoints();
  const found = checkpoint === undefined ? all.at(-1) : all.find(({ step }) => step === checkpoint);
  if (found === undefined)
    throw new Refusal(404, {
      code: "checkpoint-unknown",
      message:
        checkpoint === undefined
          ? "The run has no checkpoint yet."
          : `The run has no checkpoint of step ${checkpoint}.`,
      found: all.length === 0 ? "none" : `of steps ${all.map(({ step }) => step).join(", ")}`,
      where: path,
      remedy: all.length === 0 ? "Ask for one: a control." : "Take one that it has.",
    });
  const { success, data, error } = configSchema.safeParse(store.config ?? {});
  if (!success)
    throw new SelftrainError({
      code: "run-config-invalid",
      message: "The configuration stored in the run directory does not say how it asks its prompts.",
      found: z.prettifyError(error),
      where: path,
      remedy: "Undo the edits made to config.yaml.",
    });
  return {
    ...asked,
    step: found.step,
    model: found.path,
    maxNewTokens: maxNewTokens ?? data.maxNewTokens,
    source: data.prompts,
    answers: data.answers,
    engine: engineSchema.parse({}),
  };
}
