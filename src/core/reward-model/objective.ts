/**
 * What a reward model is trained to do, as a loss of its scores and the derivative by each of them. Pure: the engine hands in scores, and is
 * handed the derivatives back as weights of its linear loss, which makes the gradient exact.
 *
 * Below, s_i is the score of solution i of group g, σ the logistic function, and m_g the weight of the group: its vote margin, or 1. Losses
 * are averaged within each group and then over the groups by weight, so that a group counts the same however many solutions or pairs it has.
 */
import { sum } from "../../numbers.js";
import { hasBoth, type VoteVerdict } from "./vote-verdict.js";

export const objectives = ["pointwise", "bradley-terry"] as const;

/**
 * - `pointwise`: does the solution agree with the majority? Binary cross-entropy of σ(s_i) (the verifier of Cobbe et al. 2021, arXiv
 *   2110.14168, section 4, with votes in the place of true answers).
 * - `bradley-terry`: −log σ(s_w − s_l) over all pairs of a solution w that agrees and one l that does not (Bradley & Terry 1952; Ouyang et al.
 *   2022, arXiv 2203.02155, equation 1).
 */
export type Objective = (typeof objectives)[number];

export const weightings = ["margin", "uniform"] as const;
export type Weighting = (typeof weightings)[number];

export interface ObjectiveResult {
  readonly loss: number;
  /** dL/ds, a number for each solution of each group. */
  readonly derivatives: readonly (readonly number[])[];
}

export const sigmoid = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

/** log(1 + eˣ), which does not overflow. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Whether the objective learns anything from the group. */
export const teaches = (group: VoteVerdict, objective: Objective, weighting: Weighting): boolean =>
  weightOf(group, weighting) > 0 && (objective === "pointwise" || hasBoth(group));

const weightOf = ({ margin }: VoteVerdict, weighting: Weighting): number =>
  weighting === "margin" ? margin : 1;

/**
 * Loss and derivatives of a batch of G groups. Groups that teach nothing have derivatives of 0; without any other the loss is 0.
 *
 * @param scores_G_n the scores of each group's solutions
 */
export function objectiveOf(
  objective: Objective,
  weighting: Weighting,
  groups: readonly VoteVerdict[],
  scores_G_n: readonly (readonly number[])[],
): ObjectiveResult {
  const weights = groups.map((group) =>
    teaches(group, objective, weighting) ? weightOf(group, weighting) : 0,
  );
  const total = sum(weights);
  const own = objective === "pointwise" ? pointwise : bradleyTerry;
  let loss = 0;
  const derivatives = groups.map((group, g) => {
    const scores = scores_G_n[g]!;
    const share = total === 0 ? 0 : weights[g]! / total;
    if (share === 0) return scores.map(() => 0);
    const result = own(group, scores);
    loss += share * result.loss;
    return result.derivatives.map((derivative) => share * derivative);
  });
  return { loss, derivatives };
}

interface GroupResult {
  readonly loss: number;
  readonly derivatives: readonly number[];
}

/** −mean of y·log σ(s) + (1 − y)·log σ(−s), whose derivative is (σ(s) − y) / n. */
function pointwise({ agrees }: VoteVerdict, scores: readonly number[]): GroupResult {
  const n = scores.length;
  const losses = scores.map((score, i) => softplus(agrees[i] ? -score : score));
  return {
    loss: sum(losses) / n,
    derivatives: scores.map((score, i) => (sigmoid(score) - Number(agrees[i])) / n),
  };
}

/** −mean of log σ(s_w − s_l) over the pairs, whose derivative by s_w is −σ(s_l − s_w) a pair, and by s_l its negative. */
function bradleyTerry({ agrees }: VoteVerdict, scores: readonly number[]): GroupResult {
  const derivatives = scores.map(() => 0);
  let loss = 0;
  let pairs = 0;
  for (const [w, winner] of scores.entries()) {
    if (!agrees[w]) continue;
    for (const [l, loser] of scores.entries()) {
      if (agrees[l]) continue;
      pairs++;
      loss += softplus(loser - winner);
      const wrong = sigmoid(loser - winner);
      derivatives[w]! -= wrong;
      derivatives[l]! += wrong;
    }
  }
  return { loss: loss / pairs, derivatives: derivatives.map((derivative) => derivative / pairs) };
}
