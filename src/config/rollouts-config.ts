/** The keys of what is kept of rollouts. */
import { z } from "zod";

export const rolloutsSchema = z
  .strictObject({
    tokenLogprobs: z
      .int()
      .min(0)
      .default(0)
      .describe(
        "Keep tokens, logprobs and entropies of every k-th step's rollouts, and entropies of the probe; scoring the entropies takes one more pass over these. 0 keeps none",
      ),
  })
  .describe("What is kept of rollouts beside the rows of every step");

type Keeping = { readonly rollouts?: z.output<typeof rolloutsSchema> | undefined };

const keptEvery = ({ rollouts }: Keeping): number => rollouts?.tokenLogprobs ?? 0;

/** Whether the tokens of a step's rollouts are kept. */
export const keepsTokens = (step: number, config: Keeping): boolean =>
  keptEvery(config) > 0 && step % keptEvery(config) === 0;

/** Whether the entropies of the probe are kept. */
export const keepsEntropies = (config: Keeping): boolean => keptEvery(config) > 0;
