/** The probes of a run: taken when they are due, their samples written before the line that speaks of them. */
import type { ProbeConfig } from "../../config/probe-config.js";
import { keepsEntropies } from "../../config/rollouts-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { PromptPool } from "../../data/pool.js";
import type { Engine } from "../../engine/engine.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { ProbeHistory } from "./history.js";
import { probeMetrics } from "./metrics.js";
import { takeProbe } from "./take-probe.js";

export interface Probing {
  readonly probe: ProbeConfig;
  readonly config: Pick<TrainConfig, "steps" | "maxNewTokens" | "seed" | "rollouts">;
  readonly engine: Pick<Engine, "refreshSampler" | "baseSampler">;
  readonly tokenizer: Tokenizer;
  readonly pool: PromptPool;
  readonly run: Pick<Run<unknown>, "append" | "metrics" | "path" | "resumed" | "writeProbe">;
  readonly observer?: Observer | undefined;
}

export class Probes {
  readonly #probing: Probing;
  readonly #history: ProbeHistory;

  constructor(probing: Probing) {
    this.#probing = probing;
    this.#history = new ProbeHistory(probing.run.path, probing.pool.prompts);
  }

  /** Takes the probe of the current policy as that of `step`, where one is due by then. */
  async take(step: number): Promise<void> {
    const { probe, config } = this.#probing;
    // A run that is made longer was probed at what was its last step; done again, it is so again.
    if (step % probe.every === 0 || step === config.steps || this.taken(step)) await this.takeNow(step);
  }

  /** Whether the run has the probe of that step. */
  taken(step: number): boolean {
    return this.#probing.run.metrics.records.some((r) => r.kind === "probe" && r.step === step);
  }

  /** Takes it whether one is due or not. */
  async takeNow(step: number): Promise<void> {
    const { probe, config, engine, tokenizer, pool, run, observer } = this.#probing;
    const started = performance.now();
    const rows = await takeProbe(step, {
      engine,
      tokenizer,
      pool,
      samples: probe.samples,
      kl: probe.kl,
      entropies: keepsEntropies(config),
      maxNewTokens: config.maxNewTokens,
      seed: config.seed,
      onProgress: (done, total) => observer?.({ type: "phase", phase: "probe", done, total }),
    });
    await run.writeProbe(step, rows);
    const earlier = await this.#history.before(step, run.metrics.records);
    this.#history.add(step, rows);
    const record: MetricRecord = {
      kind: "probe",
      step,
      metrics: probeMetrics(rows, earlier, pool.labels),
      time: { seconds: (performance.now() - started) / 1000 },
    };
    const notice = run.append(record);
    if (notice) observer?.({ type: "notice", ...notice });
    observer?.({ type: "record", record });
  }
}
