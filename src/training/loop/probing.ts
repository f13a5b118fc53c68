/** The probe of a self-training run, where it has one. */
import { probeOf } from "../../config/probe-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { Probes } from "../probe/probe-at.js";
import { policyOf } from "./checkpoint.js";
import { unrecorded } from "./evaluate-at.js";
import type { Session } from "./session.js";

export interface RunProbes {
  /** The probe that is due after a step, if one is. */
  take(step: number): Promise<void>;
  /** That of the step that the run ends at, before it goes back to any other policy. */
  takeLast(step: number): Promise<void>;
}

const none: RunProbes = { take: async () => undefined, takeLast: async () => undefined };

export function probesOf(
  config: TrainConfig,
  { engine, tokenizer, probe: pool }: Session,
  run: Run<TrainConfig>,
  observer?: Observer,
): RunProbes {
  const probe = probeOf(config);
  if (probe === null || pool === null) return none;
  const probes = new Probes({ probe, config, engine, tokenizer, pool, run, observer });
  return {
    take: (step) => probes.take(step),
    takeLast: async (step) => {
      if (probes.taken(step)) return;
      const { checkpoint } = run.resumed;
      if (checkpoint?.step === step && policyOf(checkpoint.path) !== step)
        throw unrecorded("probe", step, run);
      await probes.takeNow(step);
    },
  };
}
