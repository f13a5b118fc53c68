/** Token-sum losses of `loss/loss.ts` as graph expressions. What differs between runs of one loss is an input: bounds, coefficients. */

import type { KlEstimator } from "../../../core/loss/kl.js";
import { isPolicyLoss, type LossKind, type LossSpec, type PolicyTerms } from "../../../core/loss/loss.js";
import type { Graph, Value } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";

/** What a loss knows of the M tokens that are scored. */
export interface Scores {
  /** Logprobs of the targets [M]; of a model with a scalar head, the scores of M sequences. */
  readonly logp: Value;
  /** Of the whole vocabulary [M, V]; absent without one. */
  readonly vocabulary?: Value;
}

/** What of a loss decides its program. */
export function lossName(loss: LossSpec): string {
  if (!isPolicyLoss(loss)) return loss.kind;
  const { kl, entropyBonus } = loss;
  const klName = kl ? `+${kl.corrected ? "corrected-" : ""}${kl.estimator}` : "";
  return `${loss.kind}${klName}${entropyBonus === undefined ? "" : "+entropy"}`;
}

interface Tokens {
  readonly g: Graph;
  readonly logp: Value;
  readonly weights: Value;
  /** log r [M]. */
  readonly logRatio: Value;
}

interface Objective {
  /** What is to be maximised, by token [M]. */
  readonly value: Value;
  /** 1 where the ratio was clipped [M]; absent where it never is. */
  readonly clipped?: Value;
}

const rowInput = (g: Graph, name: string) => g.input(name, "float32", ["M"]);
const scalar = (g: Graph, name: string) => g.input(name, "float32", []);
const indicator = (condition: Value) => ops.cast(condition, "float32");

/** e^88 is finite in float32, e^89 is not. */
const LARGEST_LOG_RATIO = 88;
/** A bound that no ratio reaches. */
export const UNREACHED = 3e38;

/**
 * log r, held at `LARGEST_LOG_RATIO` for tokens whose objective is `bounded` above. Value and gradient are those of the bound there with or
 * without it; but a ratio of infinity would meet the bound's gradient of 0 on the way back, and make it NaN. Where nothing bounds the
 * objective log r stays as it is, and what comes of it is refused. A log r of NaN is less than nothing, and stays too.
 */
function heldLogRatio(logRatio: Value, bounded: Value): Value {
  const { graph: g } = logRatio;
  const largest = ops.where(bounded, g.float(LARGEST_LOG_RATIO), g.float(Infinity));
  return ops.where(ops.less(largest, logRatio), largest, logRatio);
}

const isZero = (x: Value): Value => ops.equal(x, x.graph.float(0));
/** Tokens whose surrogate is clipped above: those of negative weight are not. */
const clippedAbove = ({ g, weights }: Tokens): Value => ops.lessOrEqual(g.float(0), weights);

/** The ratio within its bounds. */
const clip = (g: Graph, ratio: Value) =>
  ops.maximum(ops.minimum(ratio, scalar(g, "highest")), scalar(g, "lowest"));

function clippedSurrogate({ g, weights }: Tokens, ratio: Value): Required<Objective> {
  const plain = ops.mul(weights, ratio);
  const bounded = ops.mul(weights, clip(g, ratio));
  // At a tie the gradient goes to the second.
  return { value: ops.minimum(bounded, plain), clipped: indicator(ops.less(bounded, plain)) };
}

/** Mean of log r over each token's sequence [M], of which `outside` tells what lies in other chunks. No gradient flows. */
function sequenceLogRatio(g: Graph, logRatio: Value): Value {
  const sequence = g.input("sequence", "int64", ["M"]);
  const zeros = ops.expandLike(g.float(0), logRatio);
  const sums = ops.gatherElements(ops.scatterElementsAdd(zeros, sequence, logRatio, 0), sequence);
  return ops.stopGradient(ops.div(ops.add(sums, rowInput(g, "outside")), rowInput(g, "lengths")));
}

const OBJECTIVES: Readonly<Record<LossKind, (tokens: Tokens) => Objective>> = {
  "cross-entropy": ({ logp, weights }) => ({ value: ops.mul(weights, logp) }),
  linear: ({ logp, weights }) => ({ value: ops.neg(ops.mul(weights, logp)) }),
  "importance-sampling": ({ logRatio, weights }) => ({
    value: ops.mul(weights, ops.exp(heldLogRatio(logRatio, isZero(weights)))),
  }),
  "ppo-clip": (tokens) => {
    const { g, weights, logRatio } = tokens;
    const dual = scalar(g, "dual");
    const bounded = ops.where(clippedAbove(tokens), g.float(0), dual);
    const ratio = ops.exp(heldLogRatio(logRatio, ops.less(bounded, g.float(UNREACHED))));
    const { value, clipped } = clippedSurrogate(tokens, ratio);
    const floor = ops.maximum(ops.mul(weights, dual), value);
    return { value: ops.where(ops.less(weights, g.float(0)), floor, value), clipped };
  },
  gspo: (tokens) => {
    const { g, logp, logRatio } = tokens;
    // The value of the sequence's ratio and, token by token, the gradient of the logprob.
    const own = ops.sub(logp, ops.stopGradient(logp));
    const ofSequence = ops.add(own, sequenceLogRatio(g, logRatio));
    return clippedSurrogate(tokens, ops.exp(heldLogRatio(ofSequence, clippedAbove(tokens))));
  },
  cispo: ({ g, logp, weights, logRatio }) => {
    const ratio = ops.exp(logRatio);
    const bounded = ops.stopGradient(clip(g, ratio));
    const clipped = ops.add(indicator(ops.less(bounded, ratio)), indicator(ops.less(ratio, bounded)));
    return { value: ops.mul(weights, ops.mul(bounded, logp)), clipped };
  },
};

/** Estimates of KL(π‖π_ref) by d = log π_ref − log π [M], as in `loss/kl.ts`. */
const KL: Readonly<Record<KlEstimator, (d: Value) => Value>> = {
  k1: (d) => ops.neg(d),
  k2: (d) => ops.mul(ops.mul(d, d), d.graph.float(0.5)),
  k3: (d) => ops.sub(ops.sub(ops.exp(d), d.graph.float(1)), d),
};

/** Publishes the loss and what it is made of (`logprobs`, and `clipped` and `entropy` where there are such sums); returns the loss. */
export function publishLoss(g: Graph, loss: LossSpec, scores: Scores): Value {
  const { logp } = scores;
  const weights = rowInput(g, "weights");
  g.output("logprobs", logp);
  // Only policies have a sampler; nothing of what is built for the others and not used is kept.
  const logRatio = !isPolicyLoss(loss) ? logp : ops.sub(logp, rowInput(g, "samplerLogprobs"));
  const { value, clipped } = OBJECTIVES[loss.kind]({ g, logp, weights, logRatio });
  if (clipped) g.output("clipped", ops.sumAll(clipped));

  const policy = ops.neg(ops.sumAll(value));
  const total = isPolicyLoss(loss) ? withTerms(g, loss, scores, logRatio, policy) : policy;
  g.output("loss", total);
  return total;
}

/** The loss with the terms that bear no weight but a token's share in the batch: KL and entropy bonus. */
function withTerms(
  g: Graph,
  { kl: klTerm, entropyBonus }: PolicyTerms,
  { logp, vocabulary }: Scores,
  logRatio: Value,
  policy: Value,
): Value {
  if (!klTerm && (entropyBonus === undefined || !vocabulary)) return policy;
  const scales = rowInput(g, "scales");
  const terms: Value[] = [];
  if (klTerm) {
    // A token without a share is taken to be at no distance: its own may be infinite, and 0·∞ is NaN.
    const absent = isZero(scales);
    const counted = (x: Value) => ops.where(absent, g.float(0), x);
    const estimate = KL[klTerm.estimator](counted(ops.sub(rowInput(g, "reference"), logp)));
    const kl = klTerm.corrected ? ops.mul(ops.exp(counted(logRatio)), estimate) : estimate;
    terms.push(ops.mul(scalar(g, "klCoefficient"), kl));
  }
  if (entropyBonus !== undefined && vocabulary) {
    const entropy = ops.neg(ops.reduceSum(ops.mul(ops.exp(vocabulary), vocabulary), [-1]));
    g.output("entropy", ops.sumAll(entropy));
    terms.push(ops.neg(ops.mul(scalar(g, "entropyBonus"), entropy)));
  }
  return ops.add(policy, ops.sumAll(ops.mul(scales, terms.reduce(ops.add))));
}
