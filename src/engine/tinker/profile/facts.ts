/** What was found out about a server by asking it, which a resumed run need not ask again. */
import type { Reduction } from "./profile.js";

export interface Facts {
  readonly reduction: Reduction;
  /** `forward_backward` hands back the logprobs that it was sent: the policy's are asked for by `forward`. */
  readonly echoes: boolean;
  /** n samples with one seed are n times the same: each is asked for alone. */
  readonly equalSamples: boolean;
}
