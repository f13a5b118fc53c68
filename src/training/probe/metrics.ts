/** The figures of a probe: how the policy answers now, and how that differs from the probes before. A function of stored rows, so that replay finds the same. */

import { sameAnswer } from "../../core/answer/same.js";
import { fatesOf, type JudgedMajority } from "../../core/monitor/course/fates.js";
import { flips } from "../../core/monitor/course/flips.js";
import { answerFigures, shiftFigures } from "../../core/monitor/label-free/figures.js";
import { referenceOf } from "../../core/monitor/label-free/reference.js";
import { type ScoredSample, spanKl } from "../../core/monitor/label-free/span-kl.js";
import { stepSignals } from "../../core/monitor/signals.js";
import { standardError } from "../../core/statistics/standard-error.js";
import { majorityVote } from "../../core/vote/majority.js";
import type { HiddenLabels, Rollout } from "../../group.js";
import { countOf, shareOf, sum } from "../../numbers.js";
import type { MetricRecord, ProbeRow } from "../../run/run-directory.js";
import { type Probed, type ProbedGroup, probedGroups } from "./history.js";

/** Probes without a flip after which a prompt that had flipped is locked. */
const LOCK_WINDOW = 3;

/**
 * Metrics of the probe with these rows. `earlier` are the probes before, the first of which is the reference: the starting policy's. Labels feed
 * accuracy and fates.
 */
export function probeMetrics(
  rows: readonly ProbeRow[],
  earlier: readonly Probed[],
  labels: HiddenLabels,
): MetricRecord["metrics"] {
  const groups = probedGroups(rows);
  const start = earlier[0]?.groups ?? null;
  return {
    ...signalsOf(rows, groups),
    entropy: -sum(rows.map(({ sumLogprob }) => sumLogprob)) / sum(rows.map(({ tokens }) => tokens)),
    ...answerFigures(groups),
    ...shiftOf(groups, start),
    ...flipsOf(groups, earlier),
    ...klOf(rows),
    ...truthOf(groups, start ?? groups, labels),
  };
}

function signalsOf(rows: readonly ProbeRow[], groups: readonly ProbedGroup[]): MetricRecord["metrics"] {
  const answered = groups.map((): { rollouts: Pick<Rollout, "answer" | "tokens" | "finish">[] } => ({
    rollouts: [],
  }));
  for (const { group, answer, tokenIds, finish } of rows)
    answered[group]!.rollouts.push({
      answer,
      tokens: tokenIds,
      finish: finish === "length" ? "length" : "stop",
    });
  const votes = groups.map(({ answers }) => majorityVote(answers));
  return {
    ...stepSignals(answered, votes),
    ...failuresOf(rows),
  };
}

function failuresOf(rows: readonly ProbeRow[]): { graderFailures?: number } {
  const count = countOf(rows, ({ graderError }) => graderError !== null);
  return count === 0 ? {} : { graderFailures: count };
}

/** All null of the first probe, which is the reference itself. */
function shiftOf(
  groups: readonly ProbedGroup[],
  start: readonly ProbedGroup[] | null,
): MetricRecord["metrics"] {
  const figures = shiftFigures(groups, start && referenceOf([start]));
  const { excessAnswer } = figures;
  if (start === null || excessAnswer === null) return { ...figures, excessError: null };
  // The same prompts both times: their differences vary less than the shares do.
  const shareOfAnswer = ({ answers }: ProbedGroup) =>
    shareOf(answers, (own) => sameAnswer(own, excessAnswer));
  const risen = groups.map((group, g) => shareOfAnswer(group) - shareOfAnswer(start[g]!));
  return { ...figures, excessError: standardError(risen) };
}

function flipsOf(groups: readonly ProbedGroup[], earlier: readonly Probed[]): MetricRecord["metrics"] {
  const times = [...earlier.map((probed) => probed.groups), groups];
  const majorities_P_E = groups.map((_, g) => times.map((own) => own[g]!.label));
  const [latest, recent] = [flips(majorities_P_E, 1), flips(majorities_P_E, LOCK_WINDOW)];
  if (latest === null || recent === null) return {};
  const { flippedShare, lockedAfterFlipShare } = recent;
  return { flipRate: latest.flipRate, flippedShare, lockedAfterFlipShare };
}

function klOf(rows: readonly ProbeRow[]): MetricRecord["metrics"] {
  const scored = rows.flatMap((row): ScoredSample[] => {
    const { logprobs, referenceLogprobs, answerFrom, answerTo } = row;
    return referenceLogprobs === null ? [] : [{ logprobs, referenceLogprobs, answerFrom, answerTo }];
  });
  if (scored.length === 0) return {};
  const { tokenKl: kl, ...others } = spanKl(scored);
  return known({ kl, ...others });
}

/** Of the prompts with a true answer; nothing without any. */
function truthOf(
  groups: readonly ProbedGroup[],
  start: readonly ProbedGroup[],
  labels: HiddenLabels,
): MetricRecord["metrics"] {
  const labelled = groups.flatMap((group, g) => {
    const truth = labels.get(group.promptId);
    return truth === undefined ? [] : [{ ...group, truth, first: start[g]!.label }];
  });
  if (labelled.length === 0) return {};
  const answers = labelled.flatMap((own) => own.answers.map((answer) => sameAnswer(answer, own.truth)));
  const judged = (label: (of: (typeof labelled)[number]) => string | null): JudgedMajority[] =>
    labelled.map((own) => ({ promptId: own.promptId, right: sameAnswer(label(own), own.truth) }));
  const was = judged(({ first }) => first);
  const is = judged(({ label }) => label);
  const { stayedRight, learned, corrupted, stayedWrong } = fatesOf(was, is);
  return {
    accuracy: shareOf(answers, (right) => right),
    majorityAccuracy: shareOf(is, ({ right }) => right),
    stayedRight,
    learned,
    corrupted,
    stayedWrong,
  };
}

/** Those figures that there are. */
const known = (figures: MetricRecord["metrics"]): MetricRecord["metrics"] =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
