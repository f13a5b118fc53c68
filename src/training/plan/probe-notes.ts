/** What the probe costs, said before a run. */
import { probeOf } from "../../config/probe-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { ProbePool } from "../start/probe-pool.js";

/** Probes of a run that comes to its end: before training, every so many steps, and at the end. */
export function probeCount({ every }: { readonly every: number }, steps: number): number {
  return 1 + Math.ceil(steps / every);
}

/** Id, text and two logprobs of a token, before compression. */
const TOKEN_BYTES = 4 + 4 + 2 * 4;

export function probeNotes(
  config: TrainConfig,
  pool: ProbePool | null,
  tokens: { readonly prompt: number; readonly perStep: number },
): string[] {
  const probe = probeOf(config);
  if (probe === null || pool === null) return [];
  const { maxNewTokens, steps } = config;
  const sequences = probe.size * probe.samples;
  const times = probeCount(probe, steps);
  const of = sequences * (tokens.prompt + maxNewTokens);
  const share = (100 * times * of) / (steps * tokens.perStep);
  const mebibytes = (times * sequences * maxNewTokens * TOKEN_BYTES) / 2 ** 20;
  const count = (value: number) => Math.round(value).toLocaleString("en-US");
  const held = probe.kl ? "; the starting policy, which is held for that, scores them too (probe.kl)" : "";
  return [
    `the probe samples ${count(sequences)} sequences, at most ${count(of)} tokens, ${count(times)} times: ${count(share)}% of what the steps sample, and at most ${(Math.ceil(10 * mebibytes) / 10).toLocaleString("en-US")} MiB of files${held}`,
    ...(pool.shared > 0
      ? [
          `${pool.shared} of the ${probe.size} prompts of the probe are evaluated or stopped on too: the file holds out no more`,
        ]
      : []),
  ];
}
