/** Evaluation of a policy on held-out prompts: sampled and greedy accuracy, agreement, and what it says most. */

import { stepSignals } from "../../core/monitor/signals.js";
import type { Estimate } from "../../core/statistics/bootstrap-means.js";
import { majorityVote } from "../../core/vote/majority.js";
import type { PromptPool } from "../../data/pool.js";
import type { Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { checkFinite } from "../rollout/finite.js";
import { answersOf, graderFailures, STREAM, sampleGroups } from "../rollout/sample-groups.js";
import type { Scorer } from "../scorer/scorer.js";
import { type ByPrompt, evaluationMetrics } from "./metrics.js";

export interface EvaluationResult {
  readonly prompts: number;
  /** k of mean@k, maj@k and pass@k. */
  readonly samples: number;
  /** Accuracies with 95% bootstrap intervals over prompts; null where no prompt has a label. */
  readonly mean: Estimate | null;
  readonly maj: Estimate | null;
  readonly pass: Estimate | null;
  readonly greedy: Estimate | null;
  /** Chosen, and voted on, by a reward model's scores; absent where none scores, or no prompt has a label. */
  readonly bestOfN?: Estimate;
  readonly weightedMaj?: Estimate;
  /** The same figures of each prompt that has a label, in the order of the prompts; absent where none has. */
  readonly byPrompt?: ByPrompt;
  /** Mean share of a prompt's samples in its largest class. */
  readonly agreement: number;
  /** Share of all samples that give the commonest answer. */
  readonly topShare: number;
  readonly topAnswer: string | null;
  /** Solutions whose answer the grader failed to read; absent where there is none. */
  readonly graderFailures?: number;
}

export interface EvaluateOptions {
  readonly samples: number;
  readonly maxNewTokens: number;
  readonly seed: number;
  /** Of the k samples; 1, the default, samples the policy itself. */
  readonly temperature?: number | undefined;
  /** Scores the samples, for bestOfN@k and weighted maj@k. */
  readonly scorer?: Pick<Scorer, "scores"> | null;
  readonly onProgress?: (done: number, total: number) => void;
  /** Is shown the samples at temperature 1, to say what is wrong with them. */
  readonly onSampled?: ((groups: readonly Group[]) => void) | undefined;
}

/**
 * Samples k solutions a prompt, and a greedy one. Equal seeds draw alike for every policy. Throws
 * `policy-not-finite` for a policy that has diverged.
 */
export async function evaluate(
  sampler: Sampler,
  tokenizer: Tokenizer,
  pool: PromptPool,
  { samples, maxNewTokens, seed, temperature = 1, scorer, onProgress, onSampled }: EvaluateOptions,
): Promise<EvaluationResult> {
  const { prompts, labels, canonicalise, reading } = pool;
  const common = { canonicalise, reading, maxTokens: maxNewTokens, stream: [seed, STREAM.evaluate] };
  const greedyTokens = prompts.length * maxNewTokens;
  const total = greedyTokens * (samples + 1);
  const report = (from: number) => (done: number) => onProgress?.(from + done, total);
  const greedy = await sampleGroups(sampler, tokenizer, prompts, {
    ...common,
    samples: 1,
    temperature: 0,
    onProgress: report(0),
  });
  const groups = await sampleGroups(sampler, tokenizer, prompts, {
    ...common,
    samples,
    temperature,
    onProgress: report(greedyTokens),
  });
  checkFinite([...greedy, ...groups]);
  onSampled?.(groups);
  const { agreement, topShare, topAnswer } = stepSignals(
    groups,
    groups.map((g) => majorityVote(answersOf(g))),
  );
  const scores = await scorer?.scores(groups);
  const labelled = groups.flatMap((group, i) =>
    labels.has(group.prompt.id)
      ? [
          {
            id: group.prompt.id,
            answers: answersOf(group),
            greedy: greedy[i]!.rollouts[0]!.answer,
            ...(scores && { scores: scores[i]! }),
          },
        ]
      : [],
  );
  const accuracy = labelled.length === 0 ? null : evaluationMetrics(labelled, labels, { seed });
  return {
    prompts: prompts.length,
    samples,
    mean: accuracy?.mean ?? null,
    maj: accuracy?.maj ?? null,
    pass: accuracy?.pass ?? null,
    greedy: accuracy?.greedy ?? null,
    ...chosenByScore(accuracy ?? {}),
    ...(accuracy && { byPrompt: accuracy.byPrompt }),
    agreement,
    topShare,
    topAnswer,
    ...graderFailures([...greedy, ...groups]),
  };
}

function chosenByScore({
  bestOfN,
  weightedMaj,
}: {
  bestOfN?: Estimate | null;
  weightedMaj?: Estimate | null;
}): Pick<EvaluationResult, "bestOfN" | "weightedMaj"> {
  return bestOfN && weightedMaj ? { bestOfN, weightedMaj } : {};
}

/** The result as flat metrics of an `eval` record. */
export function evaluationRecord(step: number, result: EvaluationResult, seconds: number): MetricRecord {
  const estimates = (["mean", "maj", "pass", "greedy", "bestOfN", "weightedMaj"] as const).flatMap((name) => {
    const estimate = result[name];
    if (!estimate) return [];
    return [
      [name, estimate.value],
      [`${name}Low`, estimate.lo],
      [`${name}High`, estimate.hi],
    ] as [string, number][];
  });
  const { prompts, samples, agreement, topShare, topAnswer, graderFailures, byPrompt = {} } = result;
  return {
    kind: "eval",
    step,
    metrics: {
      prompts,
      samples,
      ...Object.fromEntries(estimates),
      agreement,
      topShare,
      topAnswer,
      ...(graderFailures === undefined ? {} : { graderFailures }),
      ...Object.fromEntries(Object.entries(byPrompt).map(([name, values]) => [`${name}ByPrompt`, values])),
    },
    time: { seconds },
  };
}

/** The inverse of `evaluationRecord`, for a run that was evaluated before it was interrupted. */
export function evaluationOfRecord({ metrics }: MetricRecord): EvaluationResult {
  const estimate = (name: string): Estimate | null =>
    typeof metrics[name] === "number"
      ? { value: metrics[name], lo: metrics[`${name}Low`] as number, hi: metrics[`${name}High`] as number }
      : null;
  const byPrompt = byPromptOf(metrics);
  return {
    prompts: metrics.prompts as number,
    samples: metrics.samples as number,
    mean: estimate("mean"),
    maj: estimate("maj"),
    pass: estimate("pass"),
    greedy: estimate("greedy"),
    ...chosenByScore({ bestOfN: estimate("bestOfN"), weightedMaj: estimate("weightedMaj") }),
    ...(byPrompt && { byPrompt }),
    agreement: metrics.agreement as number,
    topShare: metrics.topShare as number,
    topAnswer: metrics.topAnswer as string | null,
    ...(typeof metrics.graderFailures === "number" ? { graderFailures: metrics.graderFailures } : {}),
  };
}

/** Null of an evaluation without labels, and in runs of versions that did not write it. */
export function byPromptOf(metrics: MetricRecord["metrics"]): ByPrompt | null {
  const of = (name: keyof ByPrompt): readonly number[] | null => {
    const values = metrics[`${name}ByPrompt`];
    return Array.isArray(values) ? values : null;
  };
  const [mean, maj, greedy, agreement] = [of("mean"), of("maj"), of("greedy"), of("agreement")];
  return mean && maj && agreement && { mean, maj, ...(greedy && { greedy }), agreement };
}
