/** What a finished run of a study left: its metrics, and its audit where a figure asks for it. Each is read once. */
import { join } from "node:path";
import { heldOutSource } from "../../../config/held-out.js";
import type { TrainConfig } from "../../../config/train-config.js";
import { readMetrics } from "../../../run/metrics-log.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import { type Audit, audit } from "../../audit/audit.js";
import type { Job } from "../../jobs/job.js";

export class RunSource {
  readonly job: Job;
  #records: readonly MetricRecord[] | undefined;
  #audit: Promise<Audit> | undefined;

  constructor(job: Job) {
    this.job = job;
  }

  /** Throws as `readMetrics` does. */
  records(): readonly MetricRecord[] {
    this.#records ??= readMetrics(join(this.job.config.output, "metrics.jsonl"));
    return this.#records;
  }

  of(kind: MetricRecord["kind"]): MetricRecord[] {
    return this.records().filter((record) => record.kind === kind);
  }

  /** Throws as `audit` does. */
  audit(): Promise<Audit> {
    this.#audit ??= audit({ run: this.job.config.output, format: "auto" });
    return this.#audit;
  }

  /** Equal for runs that are evaluated on the same prompts in the same order. */
  heldOut(): string {
    const { command, config } = this.job;
    const { seed, evaluation, prompts, ...rest } = config as unknown as TrainConfig;
    const drawn = command === "pretrain" ? prompts : heldOutSource({ evaluation, prompts, ...rest });
    return JSON.stringify([command === "pretrain", seed, evaluation.size, drawn]);
  }

  /** Seconds of its steps, evaluations and probes. */
  seconds(): number {
    return this.records().reduce((sum, { time }) => sum + (time.seconds ?? 0), 0);
  }
}
