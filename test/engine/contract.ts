/**
 * The contract of `Engine`, one suite that every engine passes. An engine that lacks a feature says so in
 * `capabilities.gaps`, by the feature's name (`FEATURES`) and with a reason; its clauses are then skipped with it.
 */

import { copiesContract } from "./contract/copies.js";
import { gradientContract } from "./contract/gradients.js";
import { samplingContract } from "./contract/sampling.js";
import { stateContract } from "./contract/state.js";
import { stepContract } from "./contract/steps.js";
import type { OpenEngine } from "./contract/support.js";

export function engineContract(name: string, open: OpenEngine): void {
  samplingContract(name, open);
  gradientContract(name, open);
  stepContract(name, open);
  stateContract(name, open);
  copiesContract(name, open);
}
