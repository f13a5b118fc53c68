/** A self-training run as an object, for programs: defaults are filled in, and the reward may be one's own. */
import { resolveConfig } from "../../config/resolve-config.js";
import { type TrainConfig, type TrainConfigInput, trainConfigSchema } from "../../config/train-config.js";
import type { RunOptions } from "../../run/observer.js";
import { type TrainerParts, type TrainSummary, train } from "./train.js";

/**
 * ```ts
 * const trainer = new Trainer({ model: "runs/base", output: "runs/mine", prompts: { file: "prompts.jsonl" } });
 * const { start, end, signs } = await trainer.run({ observer: consoleObserver() });
 * ```
 *
 * Without an observer a run prints nothing. `consoleObserver` prints progress, evaluations and notices; any function of a `TrainerEvent`
 * will do in its place.
 */
export class Trainer {
  readonly config: TrainConfig;
  readonly #parts: TrainerParts;

  /** Throws every problem of the configuration, each with its key and the remedy. */
  constructor(config: TrainConfigInput, parts: TrainerParts = {}) {
    this.config = resolveConfig(trainConfigSchema, {
      flags: new Map(Object.entries(config)),
      takesFile: false,
    });
    this.#parts = parts;
  }

  /** Trains in a new run directory, or with `resume` from the last checkpoint of an existing one. See `RunOptions`. */
  run(options: RunOptions = {}): Promise<TrainSummary> {
    return train(this.config, options, this.#parts);
  }
}
