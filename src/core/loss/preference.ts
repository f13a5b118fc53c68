/**
 * The loss of preference pairs, and its derivative by token logprobs, which an engine's cross-entropy takes as weights: exact, for
 * the loss depends on the model through the logprobs of the two completions alone.
 *
 * With Δ = [log π(y⁺) − log π_ref(y⁺)] − [log π(y⁻) − log π_ref(y⁻)], a pair of weight w has
 *
 *     ℓ = w·( −(1−ε)·log σ(βΔ) − ε·log σ(−βΔ) − α/|y⁺|·log π(y⁺) )
 *
 * - DPO (Rafailov et al. 2023, 2305.18290, equation 7): w = 1, ε = 0, α = 0; with ε > 0 the conservative one (Mitchell 2023),
 *   with α > 0 that of iterative reasoning preference optimisation (2404.19733).
 * - ScPO (Prasad et al. 2024, 2411.04109, section 3): w the share of votes of y⁺ minus that of y⁻, ε = 0.
 */

export interface PreferenceOptions {
  readonly beta: number;
  /** ε, in [0, 0.5). */
  readonly labelSmoothing: number;
  /** α. */
  readonly nllWeight: number;
}

/** Logprobs are those of whole completions: sums over tokens, in nats. */
export interface ScoredPair {
  readonly chosen: number;
  readonly rejected: number;
  readonly referenceChosen: number;
  readonly referenceRejected: number;
  /** |y⁺|. */
  readonly chosenTokens: number;
  readonly weight: number;
}

export interface PairLoss {
  readonly loss: number;
  /** βΔ: by how much the implicit reward of the chosen completion is higher. */
  readonly margin: number;
  /** −∂(mean loss)/∂(log π of a token), the same for each token of the completion: its weight in the cross-entropy. */
  readonly chosenWeight: number;
  readonly rejectedWeight: number;
}

export interface PreferenceLoss {
  /** Mean over the pairs. */
  readonly loss: number;
  readonly pairs: readonly PairLoss[];
}

export function preferenceLoss(pairs: readonly ScoredPair[], options: PreferenceOptions): PreferenceLoss {
  const losses = pairs.map((pair) => pairLoss(pair, pairs.length, options));
  return { loss: losses.reduce((sum, { loss }) => sum + loss, 0) / pairs.length, pairs: losses };
}

function pairLoss(pair: ScoredPair, count: number, options: PreferenceOptions): PairLoss {
  const { beta, labelSmoothing: epsilon, nllWeight: alpha } = options;
  const { chosen, rejected, referenceChosen, referenceRejected, chosenTokens, weight } = pair;
  const margin = beta * (chosen - referenceChosen - (rejected - referenceRejected));
  const preference = -(1 - epsilon) * logSigmoid(margin) - epsilon * logSigmoid(-margin);
  const nll = -chosen / chosenTokens;
  // −∂/∂(βΔ) of the preference term.
  const slope = (1 - epsilon) * sigmoid(-margin) - epsilon * sigmoid(margin);
  const scale = weight / count;
  const pull = scale * beta * slope;
  return {
    loss: weight * (preference + alpha * nll),
    margin,
    chosenWeight: pull + (scale * alpha) / chosenTokens,
    rejectedWeight: -pull,
  };
}

/** Of a large negative x it is x, not −∞. */
const logSigmoid = (x: number): number => (x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)));

const sigmoid = (x: number): number => Math.exp(logSigmoid(x));
