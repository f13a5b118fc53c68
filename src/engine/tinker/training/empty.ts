/** An update without data: no gradient, and a step then goes on with the moments alone. */
import { isPolicyLoss, type LossSpec } from "../../../core/loss/loss.js";
import type { Datum, ForwardBackwardResult } from "../../engine.js";
import { checkLoss, type Updating, update } from "./update.js";

/** Servers that want something are sent one token of advantage 0, whose gradient is 0 too. */
export async function emptyUpdate(
  updating: Updating,
  given: readonly Datum[],
  loss: LossSpec,
): Promise<ForwardBackwardResult> {
  checkLoss(loss, updating.profile);
  const token = given[0]?.prompt[0] ?? 0;
  const nothing: Datum = {
    prompt: [token],
    completion: [token],
    weights: Float32Array.of(0),
    logprobs: Float32Array.of(-1),
    policyVersion: 0,
  };
  await update(updating, [nothing], { kind: "importance-sampling" });
  const logprobs = given.map(() => new Float32Array(0));
  const entropy = isPolicyLoss(loss) && loss.entropyBonus !== undefined ? 0 : null;
  return { loss: 0, clipped: 0, entropy, microBatches: 0, logprobs };
}
