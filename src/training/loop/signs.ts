/**
 * Whether a run ended as one that destroyed its model, or learned nothing: the rule of `core/monitor/collapse-rule.ts` on the run's own records,
 * whatever early stopping says, and whether there are still answers. Needs no label, and cannot prove it: what was lost shows in accuracy alone.
 */
import type { TrainConfig } from "../../config/train-config.js";
import {
  type CollapseVerdict,
  collapseSigns,
  collapseVerdict,
  type Signals,
} from "../../core/monitor/collapse-rule.js";
import type { Notice } from "../../run/observer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { collapseRuleOf, watchedSteps } from "./watched-steps.js";

/** Share of completions without an answer at the end that is a sign by itself. */
const MOST = 0.5;
/** Agreement on held-out prompts at the end that is next to nothing. */
const NOTHING = 0.05;

/** A figure at the start and at the end; null where it was not measured. */
export type Change = readonly [first: number | null, last: number | null];

/** Signs at the end of a run. */
export interface RunSigns {
  /** `no-answers`: most completions have none; `collapse`: the model begins to say the same to every prompt. */
  readonly kind: "no-answers" | "collapse";
  /** One sentence with the figures. */
  readonly sentence: string;
  /** The last step that was judged. */
  readonly step: number;
  /** Last step without a sign of collapse before the signs that last until the end; null where only the evaluation shows one. */
  readonly healthy: number | null;
  /** Signals of training steps that passed the rule's bounds. */
  readonly signals: CollapseVerdict["signs"];
  /** Of the training steps. */
  readonly topShare: Change;
  readonly agreement: Change;
  readonly noAnswerShare: Change;
  /** Of the evaluations; absent where there are no two. */
  readonly heldOut?: { readonly topShare: Change; readonly agreement: Change };
}

const percent = (share: number | null) => (share === null ? "unknown" : `${(100 * share).toFixed(1)}%`);

const figure = (record: MetricRecord, name: string): number | null => {
  const value = record.metrics[name];
  return typeof value === "number" ? value : null;
};

/**
 * The signs of the policy that a run has or ended with. Steps are held against the first of their stage, evaluations against the first one.
 * `policy` is the step that the run went back to, if it did: what came after is no part of what it hands over.
 */
export function signsOf(
  config: Pick<TrainConfig, "earlyStopping" | "curriculum">,
  records: readonly MetricRecord[],
  policy: number | null = null,
): RunSigns | null {
  // A step's signals are of the policy that it began with.
  const judged = policy === null ? records : records.filter(({ step }) => step <= policy + 1);
  const last = Math.max(0, ...judged.flatMap(({ kind, step }) => (kind === "step" ? [step] : [])));
  const steps = watchedSteps(config, judged, last);
  const [begin, end] = [steps[0], steps.at(-1)];
  if (!begin || !end) return null;
  const change = (
    name: string,
    [first, final]: readonly [MetricRecord, MetricRecord] = [begin, end],
  ): Change => [figure(first, name), figure(final, name)];
  const rule = collapseRuleOf(config);
  const verdict = collapseVerdict(
    steps.map(({ metrics }) => metrics as unknown as Signals),
    rule,
  );
  const evaluations = records.filter(({ kind }) => kind === "eval");
  const ends = evaluations.length > 1 ? ([evaluations[0]!, evaluations.at(-1)!] as const) : undefined;
  const heldOut = ends && { topShare: change("topShare", ends), agreement: change("agreement", ends) };
  const spread = collapseSigns(
    { ...untold, topShare: heldOut?.topShare[0] ?? 1 },
    { ...untold, topShare: heldOut?.topShare[1] ?? 0 },
    { ...rule, watch: ["topShare"] },
  );

  const noAnswerShare = change("noAnswerShare");
  const figures = {
    step: last,
    healthy: verdict.stop ? steps[verdict.healthy]!.step : null,
    signals: verdict.stop ? verdict.signs : [],
    topShare: change("topShare"),
    agreement: change("agreement"),
    noAnswerShare,
    ...(heldOut && { heldOut }),
  };
  const silent = (noAnswerShare[1] ?? 0) > MOST || (heldOut?.agreement[1] ?? 1) < NOTHING;
  if (silent) return { kind: "no-answers", sentence: silenceOf(figures), ...figures };
  if (verdict.stop || spread.length > 0)
    return { kind: "collapse", sentence: collapseOf(figures, spread.length > 0), ...figures };
  return null;
}

/** Signals that are not looked at. */
const untold: Signals = { topShare: 0, marginalAnswerEntropy: 0, distinctMajorityShare: null };

type Figures = Omit<RunSigns, "kind" | "sentence">;

function silenceOf({ step, noAnswerShare: [first, last], heldOut }: Figures): string {
  const evaluated = heldOut
    ? `; agreement on held-out prompts went from ${percent(heldOut.agreement[0])} to ${percent(heldOut.agreement[1])}`
    : "";
  const change =
    step === 1
      ? `${percent(last)} of the completions are without`
      : `completions without an answer went from ${percent(first)} at the first step to ${percent(last)} at the last`;
  const share = `${change}${evaluated}`;
  return (first ?? 0) > MOST
    ? `Most completions have no answer, and nothing can be learned from those: ${share}.`
    : `The model hardly answers any more: ${share}.`;
}

/** The words of the signals beside the commonest answer's share, which is always told. */
const words = { marginalAnswerEntropy: "answer entropy", distinctMajorityShare: "distinct majority answers" };

function collapseOf({ topShare, agreement, heldOut, signals }: Figures, onHeldOut: boolean): string {
  const [shares, agreements] =
    onHeldOut && heldOut ? [heldOut.topShare, heldOut.agreement] : [topShare, agreement];
  const where = onHeldOut ? "on held-out prompts" : "in training";
  const others = signals.flatMap(({ signal, value, bound }) =>
    signal === "topShare" ? [] : [`${words[signal]} ${value.toFixed(2)}, bound ${bound.toFixed(2)}`],
  );
  return `Signs of collapse: the commonest answer went from ${percent(shares[0])} to ${percent(shares[1])} of all answers ${where}, and agreement from ${percent(agreements[0])} to ${percent(agreements[1])}${others.length > 0 ? ` (${others.join("; ")})` : ""}.`;
}

/** What is said of them at the end of a run. */
export function signsNotice(signs: RunSigns): Notice {
  const { kind, sentence, healthy, step, noAnswerShare } = signs;
  const before = healthy === null || healthy === step ? "" : `; step ${healthy} was the last without a sign`;
  const meaning = kind === "collapse" ? "; a model that says the same to everything agrees with itself" : "";
  return {
    code: "signs-of-collapse",
    message: `${sentence.replace(/\.$/, "")}${before}${meaning}`,
    remedy:
      kind === "no-answers"
        ? (noAnswerShare[0] ?? 0) > MOST
          ? "look at completions (selftrain generate), then see --rules, --instruction and --max-new-tokens: docs/concepts/answers.md"
          : "lower --learning-rate, or take an earlier checkpoint; selftrain generate shows what the model says now"
        : "measure it on prompts with answers (selftrain eval) before you use it; a lower --learning-rate, --early-stopping.on monitor, or an easier subset: docs/concepts/curricula.md#early-stopping",
  };
}
