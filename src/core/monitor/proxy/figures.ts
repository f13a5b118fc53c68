/** The bias of a step's pseudo-reward, under the names that metrics have: for a trainer, and for whoever audits its rollouts. */
import { auroc } from "../calibration/auroc.js";
import { brier } from "../calibration/brier.js";
import type { JudgedVote } from "../calibration/confidence.js";
import { reliability } from "../calibration/reliability.js";
import type { PaidGroup } from "../group.js";
import { proxyAlignment } from "./alignment.js";
import { drift, majorityDrift } from "./drift.js";
import { falsePay } from "./false-pay.js";
import { hackingGap } from "./gap.js";
import { payments } from "./payments.js";

export interface Proxy {
  /** The paid groups whose true answer is known. */
  readonly groups: readonly PaidGroup[];
  /** The same with everything that voted, where more vote than are paid. */
  readonly voters?: readonly Pick<PaidGroup, "answers" | "truth">[];
  /** How sure each vote on them was, and whether it was right. */
  readonly votes: readonly JudgedVote[];
  /** Whether what is paid is agreement with the policy's own majority: the samples then decide their own label. */
  readonly ownMajority: boolean;
  /** Answers that many prompts turned to; null where there is nothing yet to hold them against. */
  readonly attractors: ReadonlySet<string> | null;
}

/** What its figures mean is said in the catalogue. */
export interface ProxyFigures {
  readonly wrongLabelShare: number | null;
  readonly wrongLabelLead: number | null;
  readonly paidWrong: number | null;
  readonly unpaidRight: number | null;
  readonly proxyAlignment: number | null;
  readonly drift: number | null;
  readonly agreementEce: number | null;
  readonly agreementBrier: number | null;
  readonly agreementResolution: number | null;
  readonly agreementAuroc: number | null;
  readonly falsePayToAttractor: number | null;
  readonly falsePayToContradiction: number | null;
}

/** Linear in the rollouts, but for sorting votes. */
export function proxyFigures({
  groups,
  voters = groups,
  votes,
  ownMajority,
  attractors,
}: Proxy): ProxyFigures {
  const gap = hackingGap(groups);
  const paid = payments(groups);
  const score = brier(votes);
  const pay = attractors && falsePay(groups, attractors);
  const known = groups.some(({ lastResults }) => lastResults);
  return {
    wrongLabelShare: gap?.wrongLabelShare ?? null,
    wrongLabelLead: gap?.wrongLabelLead ?? null,
    paidWrong: paid?.paidWrong ?? null,
    unpaidRight: paid?.unpaidRight ?? null,
    proxyAlignment: proxyAlignment(groups),
    drift: ownMajority ? majorityDrift(voters) : drift(groups),
    agreementEce: reliability(votes)?.ece ?? null,
    agreementBrier: score?.score ?? null,
    agreementResolution: score?.resolution ?? null,
    agreementAuroc: auroc(votes),
    falsePayToAttractor: pay?.toAttractor ?? null,
    falsePayToContradiction: known && pay ? pay.toContradiction : null,
  };
}
