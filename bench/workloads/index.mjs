/** Every workload by its name on the command line. */
import { answers } from "./answers.mjs";
import { long } from "./long.mjs";
import { monitoring } from "./monitoring.mjs";
import { profile } from "./profile.mjs";
import { prefilling, sampling } from "./sample.mjs";
import { scaling } from "./scaling.mjs";
import { step } from "./step.mjs";
import { training } from "./train.mjs";
import { vote } from "./vote.mjs";

/** TRL's micro-batch: none of 16, 32 and 64 sequences takes less processor time, 256 takes more; the update is the same. */
const steps = { promptLength: 8, newTokens: 64, unanimous: false, peerMicroBatch: 64 };
const square = { ...steps, prompts: 16, samples: 16 };

/** Those that a peer, a roof or both are measured beside; the last argument is the repetitions a side. */
export const compared = {
  train: training("4.2M", { sequences: 64, length: 64 }, 5),
  prefill: prefilling("4.2M", { sequences: 32, promptLength: 257 }, 5),
  sample: sampling("4.2M", { sequences: 256, promptLength: 8, newTokens: 64 }, 5),
  step: step("4.2M", square, 3),
  "step-unanimous": step("4.2M", { ...square, unanimous: true }, 3),
  "train-30m": training("30M", { sequences: 32, length: 64 }, 3),
  "step-30m": step("30M", { ...steps, prompts: 8, samples: 8 }, 3),
};

/** Those on request, which measure themselves: our side alone, but for `answers`. */
export const alone = { scaling, long, profile, vote, monitoring, answers };
