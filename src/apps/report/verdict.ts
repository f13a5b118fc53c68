/** Sentences made from the numbers. They claim no more than the intervals allow, whatever the outcome. */
import { type ArmResult, type CollapseResult, PRIOR_SKILL, type TwoWaysResult } from "./demo-data.js";
import { type Interval, percent, points } from "./format.js";

/** A mean accuracy with its confidence interval. */
export type MeanAccuracy = Pick<ArmResult, "mean" | "meanCi">;

/** How two estimates lie: with intervals apart, or overlapping with a difference of some sign. */
export type Comparison = "clearly-higher" | "higher" | "equal" | "lower" | "clearly-lower";

/** Whether an interval lies above another and does not touch it. */
const clears = (upper: Interval, lower: Interval): boolean => upper[0] > lower[1];

/** Compares mean accuracies; "clearly" means that the confidence intervals do not touch. */
export function compareMeans(before: MeanAccuracy, after: MeanAccuracy): Comparison {
  if (clears(after.meanCi, before.meanCi)) return "clearly-higher";
  if (clears(before.meanCi, after.meanCi)) return "clearly-lower";
  if (percent(after.mean) === percent(before.mean)) return "equal";
  return after.mean > before.mean ? "higher" : "lower";
}

/** What `subject`, for example `Self-training`, did to accuracy, in one sentence. */
export function gainSentence(subject: string, before: MeanAccuracy, after: MeanAccuracy): string {
  const change = `from ${percent(before.mean)} to ${percent(after.mean)} (${points(after.mean - before.mean)}\u00a0points)`;
  switch (compareMeans(before, after)) {
    case "clearly-higher":
      return `${subject} raised accuracy on unseen prompts ${change}; the confidence intervals do not overlap.`;
    case "higher":
      return `${subject} moved accuracy on unseen prompts ${change}, but the confidence intervals overlap: no clear gain.`;
    case "equal":
      return `${subject} left accuracy on unseen prompts where it was, at ${percent(after.mean)}: no gain.`;
    case "lower":
      return `${subject} did not improve accuracy on unseen prompts: it went ${change}, within the confidence intervals.`;
    case "clearly-lower":
      return `${subject} made the model worse: accuracy on unseen prompts fell ${change}, and the confidence intervals do not overlap.`;
  }
}

/** How SRT stands beside the arm that was trained with true answers, which bounds what one may hope for. */
export function controlSentence(base: MeanAccuracy, srt: MeanAccuracy, groundTruth: MeanAccuracy): string {
  const [gain, bound] = [srt.mean - base.mean, groundTruth.mean - base.mean];
  const numbers = `${points(gain)} points without labels, ${points(bound)} with the true answers as reward`;
  if (compareMeans(base, groundTruth) !== "clearly-higher")
    return `${numbers}; the control itself shows no clear gain.`;
  if (gain <= 0) return `${numbers}.`;
  return `${numbers}: ${Math.round((100 * gain) / bound)}% of the gain that labels give.`;
}

/**
 * Whether the model became better or only surer: what greedy decoding gives is not helped by drawing closer to the
 * commonest answer.
 */
export function sharpeningSentence(base: Pick<ArmResult, "greedy">, srt: Pick<ArmResult, "greedy">): string {
  const change = `${percent(base.greedy)} → ${percent(srt.greedy)}`;
  return srt.greedy > base.greedy
    ? `Greedy decoding rose too: ${change}.`
    : `Greedy decoding did not (${change}): single samples drew closer to what the model could already do.`;
}

/** What self-training did to single samples, to the majority and to greedy decoding. */
export function riseSentence(base: ArmResult, srt: ArmResult): string {
  const figures = [
    { name: "single samples", from: base.mean, to: srt.mean, clear: clears(srt.meanCi, base.meanCi) },
    { name: "the majority", from: base.maj, to: srt.maj, clear: clears(srt.majCi, base.majCi) },
    {
      name: "greedy decoding",
      from: base.greedy,
      to: srt.greedy,
      clear: clears(srt.greedyCi, base.greedyCi),
    },
  ];
  const changes = listed(
    figures.map(({ name, from, to }) => `${name} from ${percent(from)} to ${percent(to)}`),
  );
  const clear = figures.filter((figure) => figure.clear).map(({ name }) => name);
  if (clear.length === figures.length)
    return `Self-training raised ${changes}; no confidence interval overlaps that of the base.`;
  const raised = clear.length === 0 ? "nothing" : listed(clear);
  return `Self-training moved ${changes}; clear of the base’s confidence interval rose ${raised}.`;
}

/** Why: which way agrees with itself, and whether that one was chosen. Two sentences. */
export function waysSentences({
  first,
  last,
}: TwoWaysResult["ways"]): readonly [why: string, chosen: string] {
  const chosen = (last.workedOutShare ?? 0) > (first.workedOutShare ?? 0);
  const agreeing = (first.workedOutAgree ?? 0) > (first.guessesAgree ?? 0);
  const share = `${percent(first.workedOutShare)} → ${percent(last.workedOutShare)} of the samples`;
  return [
    `Of two worked-out answers to a prompt ${percent(first.workedOutAgree)} agree, of two guesses ${percent(first.guessesAgree)}.`,
    chosen && agreeing ? `So self-training learned to work them out: ${share}.` : `Worked out: ${share}.`,
  ];
}

/** `a, b and c`. */
const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

/** Least fall of accuracy, as a share of where it started, that counts as a collapse. */
const COLLAPSE_FALL = 0.3;

/** Whether accuracy fell by three tenths or more while the rollouts came to agree. */
function hasCollapsed({ accuracyStart, accuracyEnd, agreementEnd }: CollapseResult): boolean {
  return accuracyEnd <= (1 - COLLAPSE_FALL) * accuracyStart && agreementEnd > accuracyEnd;
}

/** What happened on the prompts that are too hard. */
export function collapseSentence(srt: CollapseResult, mitigated: CollapseResult, mitigation: string): string {
  const fall = (arm: CollapseResult): string => `${percent(arm.accuracyStart)} → ${percent(arm.accuracyEnd)}`;
  const first = hasCollapsed(srt)
    ? `SRT collapsed: its rollouts agree on ${percent(srt.agreementEnd)} of the votes, while ${PRIOR_SKILL} went ${fall(srt)} and one answer holds ${percent(srt.topShareEnd)} of all answers.`
    : `SRT did not collapse in this run: ${PRIOR_SKILL} went ${fall(srt)} at an agreement of ${percent(srt.agreementEnd)}.`;
  const second = hasCollapsed(mitigated)
    ? `The mitigation (${mitigation}) did not prevent the fall: ${fall(mitigated)}.`
    : mitigated.accuracyEnd > srt.accuracyEnd
      ? `With the mitigation (${mitigation}) accuracy went ${fall(mitigated)}.`
      : `The mitigation (${mitigation}) ended no higher: ${fall(mitigated)}.`;
  return `${first} ${second}`;
}
