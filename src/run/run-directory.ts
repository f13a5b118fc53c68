/**
 * The run directory is an API: report, audit, replay and dashboard read only this.
 *
 * ```
 * run.json               kind of run and how it stands; written last when a run is created
 * config.yaml            the configuration as resolved
 * environment.json       versions, machine, git revision and diff of each process that wrote here
 * metrics.jsonl          append-only, one JSON object a line (see `MetricRecord`)
 * alarms.jsonl           alarms of monitors, one JSON object a line (see `Alarm`); there from the first on
 * rollouts/step-000012.parquet   every rollout of the step with answer, vote, reward, advantage
 * groups/step-000012.jsonl       the votes of the step, one JSON object a group (see `GroupVote`)
 * tokens/step-000012.parquet     tokens of the step's rollouts with logprobs and entropies (see `TokenRow`); only of steps that keep them
 * probe/step-000012.parquet      every sample of the probe at that step, with its tokens (see `ProbeRow`); only in a run with one
 * checkpoints/step-000010/       config.json model.safetensors tokenizer.json optimizer.safetensors trainer.json
 *                                selftrain-manifest.json; copy-reference.safetensors, copy-teacher.safetensors where there is one
 * control/000001.json    what was asked of the training; control/log.jsonl what it took and refused (see `LoggedControl`)
 * notes.jsonl            flags and notes of readers (see `RunNote`)
 * lock                   pid and host of the process that writes here
 * ```
 */
export interface MetricRecord {
  /**
   * A `probe` is of the held-out prompts that come back; a `validation` is an evaluation on the few labelled prompts that monitors may
   * watch.
   */
  readonly kind: "step" | "probe" | "eval" | "validation";
  readonly step: number;
  /** Values that must be equal in a resumed run. */
  readonly metrics: Readonly<Record<string, number | string | boolean | null | readonly number[]>>;
  /** Seconds, rates and memory: the only values that may differ in a resumed run. */
  readonly time: Readonly<Record<string, number>>;
}

/** What a row of a rollouts file and one of a probe's have in common: a completion, its answer, and the vote of its group. */
interface SampleRow {
  readonly step: number;
  readonly group: number;
  readonly sample: number;
  readonly promptId: string;
  readonly prompt: string;
  readonly completion: string;
  readonly tokens: number;
  readonly finish: string;
  readonly answer: string | null;
  /** Why the grader could not read the answer of `completion`; null where it could. */
  readonly graderError: string | null;
  readonly voteLabel: string | null;
  readonly voteShare: number;
}

/** One row of a rollouts file. */
export interface RolloutRow extends SampleRow {
  /** `policy`, or `teacher` for the votes of a teacher that moves. */
  readonly sampledBy: string;
  /** Whether the update learned from it; others were rejected, or only voted. */
  readonly trained: boolean;
  readonly rewardLabel: string | null;
  /** Of a rejected rollout too: it says why it was rejected. Null, as the score, where the rollout only voted. */
  readonly reward: number | null;
  /** What the reward was made of beside answers: a measure of the policy, an endpoint's score, a reward model's; null where nothing was. */
  readonly score: number | null;
  /** The reward model's score, of those that only voted too; null in a run without one, and of a teacher's. Votes may weigh by it. */
  readonly modelScore: number | null;
  /** Null where the rollout was not trained on. */
  readonly advantage: number | null;
  readonly meanLogprob: number;
  /** Why the rollout was not trained on: its group was rejected, or it has no answer; null where it was. */
  readonly rejected: string | null;
  /** Sum of the logprobs of its tokens; null in runs of versions that did not write it. */
  readonly sumLogprob: number | null;
  /** KL to the reference by the configured estimator, summed over its tokens; null where the run measured none, and where it only voted. */
  readonly kl: number | null;
}

/**
 * One row of a probe's file: a sample to a held-out prompt, at temperature 1. Lists have an entry a token, the end of sequence
 * included; `group` is the number of the prompt in the probe, the same at every step.
 */
export interface ProbeRow extends SampleRow {
  readonly sumLogprob: number;
  /** The tokens that the answer stands in, from the first to the one before `answerTo`; null where there is no answer. */
  readonly answerFrom: number | null;
  readonly answerTo: number | null;
  readonly tokenIds: readonly number[];
  /** What each token adds to `completion`: joined, they are it. */
  readonly tokenTexts: readonly string[];
  /** The policy's log-probability (nats) of each token. */
  readonly logprobs: readonly number[];
  /** The starting policy's of the same tokens; null where the probe measures no KL. */
  readonly referenceLogprobs: readonly number[] | null;
  /** Entropy (nats) of the policy's distribution that each token was drawn from; null where it was not kept. */
  readonly entropies: readonly number[] | null;
}

/** One row of a tokens file: a rollout of the policy, by its group and sample; lists as those of a probe. */
export interface TokenRow
  extends Pick<SampleRow, "step" | "group" | "sample">,
    Pick<ProbeRow, "tokenIds" | "tokenTexts" | "logprobs"> {
  readonly entropies: readonly number[];
}
